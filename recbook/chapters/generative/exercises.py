"""Exercises and quiz of chapter 16."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# ---- Asking a language model


def _random_text(rng):
    n, v = int(rng.integers(3, 7)), int(rng.integers(2, 6))
    return rng.normal(size=(n, v)), rng.integers(0, v, size=n), int(rng.integers(1, n))


likelihood = Exercise(
    id="generative-log-likelihood",
    title=Text("The likelihood of a title", "片名的似然"),
    gives=Text("a number, 0 or below", "一个数，不大于 0"),
    hint=Text(
        "Row t of the logits is what the model thinks after token t, so row t - 1 scores token t. Which tokens belong to the title?",
        "logits 的第 t 行，是模型读完词元 t 之后的预测，所以给词元 t 打分的是第 t - 1 行。哪些词元属于片名？",
    ),
    examples=[
        (np.log([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]]), np.array([0, 1, 0]), 1),
        (np.log([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]]), np.array([0, 1, 0]), 2),
        (np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([0, 1]), 1),
    ],
    random=_random_text,
)


def _log_softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@likelihood.solution
def log_likelihood(logits, tokens, given):
    shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return sum(shares[t - 1, tokens[t]] for t in range(given, len(tokens)))


@likelihood.mistake(
    en="You counted the prompt's own tokens, too. They are given: only the title's tokens are judged.",
    zh="你把提示词自己的词元也算进去了。它们是已知的，只评判片名的词元。",
)
def the_prompt_too(logits, tokens, given):
    shares = _log_softmax(logits)
    return sum(shares[t - 1, tokens[t]] for t in range(1, len(tokens)))


@likelihood.mistake(
    en="You read the row *of* the token. That row was made after the model had seen it; the row before speaks of it.",
    zh="你用了词元*自己*那一行。那一行是看过它之后才算出的；要用它前面的一行。",
)
def one_row_too_late(logits, tokens, given):
    shares = _log_softmax(logits)
    return sum(shares[t, tokens[t]] for t in range(given, len(tokens)))


@likelihood.mistake(
    en="You took the mean. The likelihood of the whole title is a product, so its logarithm is a sum.",
    zh="你取了平均。整个片名的似然是乘积，所以对数是求和。",
)
def the_mean(logits, tokens, given):
    shares = _log_softmax(logits)
    return np.mean([shares[t - 1, tokens[t]] for t in range(given, len(tokens))])


@likelihood.mistake(
    en="You added the logits themselves. They become probabilities only by a softmax over each row.",
    zh="你直接把 logits 相加了。每一行要先做 softmax，才是概率。",
)
def logits_alone(logits, tokens, given):
    return sum(logits[t - 1, tokens[t]] for t in range(given, len(tokens)))


@likelihood.mistake(
    en="That is the loss: the likelihood has the other sign.",
    zh="这是损失：似然的符号相反。",
)
def the_loss(logits, tokens, given):
    return -log_likelihood(logits, tokens, given)


@likelihood.mistake(
    en="That is the probability. Ranking would be the same, but long titles vanish to 0: keep its logarithm.",
    zh="这是概率。排序虽然一样，但长片名会小到变成 0；请保留对数。",
)
def the_probability(logits, tokens, given):
    return np.exp(log_likelihood(logits, tokens, given))


@likelihood.mistake(
    en="The title's last token is missing: it is judged by the row before it, so the sum runs to the end.",
    zh="漏了片名的最后一个词元：它由前一行评判，所以要一直加到末尾。",
)
def without_the_last(logits, tokens, given):
    shares = _log_softmax(logits)
    return sum(shares[t - 1, tokens[t]] for t in range(given, len(tokens) - 1))


def _random_candidates(rng):
    n = int(rng.integers(2, 6))
    return -rng.uniform(2, 30, size=n), -rng.uniform(2, 30, size=n), rng.integers(2, 8, size=n)


added = Exercise(
    id="generative-history-adds",
    title=Text("What the history adds", "历史带来了什么"),
    gives=Text("one number a candidate, an array of length n", "每个候选一个数，长度为 n 的数组"),
    hint=Text(
        "How many times as likely does the history make a title? Take the logarithm of that, then divide among the title's tokens.",
        "有了历史，片名的可能性变成原来的多少倍？取对数，再除以片名的词元数。",
    ),
    examples=[
        (np.array([-6.0, -9.0]), np.array([-8.0, -9.0]), np.array([2, 3])),
        (np.array([-4.0]), np.array([-2.0]), np.array([4])),
    ],
    random=_random_candidates,
)


@added.solution
def history_adds(with_history, without, n_tokens):
    return (with_history - without) / n_tokens


@added.mistake(
    en="You divided one logarithm by the other. A quotient of probabilities is a *difference* of logarithms.",
    zh="你用一个对数除以另一个。概率之比，是对数之*差*。",
)
def quotient_of_logs(with_history, without, n_tokens):
    return with_history / without


@added.mistake(
    en="The sign is turned round: a film that the history makes more likely must get more.",
    zh="符号反了：因为历史而更可能的电影，分数应该更高。",
)
def the_other_way_round(with_history, without, n_tokens):
    return (without - with_history) / n_tokens


@added.mistake(
    en="The difference is right; it is not yet divided by the number of tokens.",
    zh="差是对的，但还没有除以词元数。",
)
def not_per_token(with_history, without, n_tokens):
    return with_history - without


@added.mistake(
    en="Only the likelihood with the history was divided: both belong to the same tokens.",
    zh="只有带历史的似然除了词元数：两者对应的是同样的词元。",
)
def divided_one(with_history, without, n_tokens):
    return with_history / n_tokens - without


@added.mistake(
    en="That subtracts probabilities. It favours titles that are likely anyway; ask how many *times* as likely.",
    zh="这是概率相减，会偏向本来就可能的片名；要看可能性变成了多少*倍*。",
)
def difference_of_probabilities(with_history, without, n_tokens):
    return np.exp(with_history) - np.exp(without)


@added.mistake(
    en="That is the likelihood with the history, per token: how likely the title is anyway is still in it.",
    zh="这是带历史的似然除以词元数，其中还含有片名本来就有的可能性。",
)
def the_history_alone(with_history, without, n_tokens):
    return with_history / n_tokens


# ---- One level of residual k-means


def _random_level(rng):
    n, k, d = int(rng.integers(2, 7)), int(rng.integers(2, 5)), int(rng.integers(2, 4))
    return rng.normal(size=(n, d)) * 3, rng.normal(size=(k, d)) * 3


level = Exercise(
    id="generative-level",
    title=Text("One level of a semantic ID", "语义 ID 的一层"),
    gives=Text("an array (n, d): what is left of each vector", "数组 (n, d)：每个向量的残差"),
    hint=Text(
        "For each vector find the centre at the least distance, and take that centre away from it. The result has the shape of the vectors.",
        "对每个向量，先找距离最近的中心，再从向量中减去这个中心。结果与向量形状相同。",
    ),
    examples=[
        (np.array([[9.0, 2.0], [7.0, -2.0]]), np.array([[8.0, 0.0], [-8.0, 0.0]])),
        (np.array([[1.0, 0.0], [4.0, 0.0], [3.0, 1.0]]), np.array([[1.0, 0.0], [10.0, 0.0]])),
    ],
    random=_random_level,
)


def _nearest(vectors, centres):
    return np.linalg.norm(vectors[:, None] - centres, axis=2).argmin(axis=1)


@level.solution
def left_over(vectors, centres):
    return vectors - centres[_nearest(vectors, centres)]


@level.mistake(
    en="The sign is turned: what is left is the vector minus its centre, so that the centres of all levels add up to the vector.",
    zh="符号反了：剩下的是向量减去中心，这样各层中心相加才会接近原向量。",
)
def turned(vectors, centres):
    return centres[_nearest(vectors, centres)] - vectors


@level.mistake(
    en="You took the centre with the largest dot product. A long centre wins that from far away; take the one at the least distance.",
    zh="你取的是点积最大的中心。向量长的中心离得很远也会胜出；要取距离最近的。",
)
def by_dot_product(vectors, centres):
    return vectors - centres[(vectors @ centres.T).argmax(axis=1)]


@level.mistake(
    en="That is the centre itself. The next level codes what the centre does not say yet.",
    zh="这是中心本身。下一层要编码的，是中心还没有表达的部分。",
)
def the_centre(vectors, centres):
    return centres[_nearest(vectors, centres)]


@level.mistake(
    en="You took the mean of all centres away. Each vector loses the centre that is nearest to it.",
    zh="你减去的是所有中心的平均。每个向量要减去离它最近的那个中心。",
)
def the_mean_centre(vectors, centres):
    return vectors - centres.mean(axis=0)


@level.mistake(
    en="You took the farthest centre: the least distance is wanted, `argmin`.",
    zh="你取的是最远的中心：要的是最小距离，用 `argmin`。",
)
def the_farthest(vectors, centres):
    return vectors - centres[((vectors[:, None] - centres) ** 2).sum(axis=2).argmax(axis=1)]


# ---- The last code


def _random_codes(rng):
    return (rng.integers(0, 3, size=(int(rng.integers(2, 10)), int(rng.integers(1, 4)))),)


collision = Exercise(
    id="generative-collision",
    title=Text("A last code for films that share an address", "为地址相同的电影加最后一码"),
    gives=Text("a whole number for each item, (n,)", "每个物品一个整数，(n,)"),
    hint=Text(
        "Go through the items in order, and keep for each address how many items have had it so far.",
        "按顺序看每个物品，并记下每个地址到目前为止已出现几次。",
    ),
    examples=[
        (np.array([[0, 1], [2, 0], [0, 1], [0, 1]]),),
        (np.array([[1, 1], [1, 0], [0, 1]]),),
        (np.array([[2, 2], [2, 2]]),),
    ],
    random=_random_codes,
)


@collision.solution
def collision_code(codes):
    seen, last = {}, []
    for address in map(tuple, codes.tolist()):
        last.append(seen.get(address, 0))
        seen[address] = last[-1] + 1
    return np.array(last)


@collision.mistake(
    en="You count from 1. Codes begin at 0, so that an address nobody shares ends in 0.",
    zh="你从 1 开始数。码从 0 开始，没有重复的地址末码为 0。",
)
def from_one(codes):
    return collision_code(codes) + 1


@collision.mistake(
    en="All items of one address got the same number, so they are still alike. Count how many came *before* each.",
    zh="地址相同的物品得到了同一个数，仍然分不开。要数的是排在它*之前*的有几个。",
)
def how_many_in_all(codes):
    return np.array([(codes == row).all(axis=1).sum() - 1 for row in codes])


@collision.mistake(
    en="You compared the last code alone. Items collide only where *all* codes agree.",
    zh="你只比较了最后一码。*各码都*相同的物品才算冲突。",
)
def by_the_last_code(codes):
    return collision_code(codes[:, -1:])


@collision.mistake(
    en="You compared the first code alone. Items collide only where *all* codes agree.",
    zh="你只比较了第一码。*各码都*相同的物品才算冲突。",
)
def by_the_first_code(codes):
    return collision_code(codes[:, :1])


@collision.mistake(
    en="You counted the items that come after. Any order tells them apart, but the exercise counts those before.",
    zh="你数的是排在后面的物品。哪种顺序都能区分，但这道练习数的是前面的。",
)
def from_the_end(codes):
    return collision_code(codes[::-1])[::-1]


# ---- The tree


def _random_tree(rng):
    levels = int(rng.integers(1, 5))
    codes = rng.integers(0, 3, size=(int(rng.integers(4, 11)), levels))
    depth = int(rng.integers(0, levels))
    prefix = codes[rng.integers(len(codes)), :depth] if rng.random() < 0.8 else rng.integers(0, 3, size=depth)
    return codes, prefix


trie = Exercise(
    id="generative-trie",
    title=Text("Where the tree goes on", "前缀树如何延伸"),
    gives=Text("a list of codes in ascending order, each once", "码的列表，升序，每个一次"),
    hint=Text(
        "Keep the items whose first codes are the prefix; of these look at the code that comes right after it.",
        "先留下开头几码与前缀一致的物品，再看它们紧接着的那一码。",
    ),
    examples=[
        (np.array([[0, 1, 0], [0, 2, 1], [0, 1, 2], [1, 0, 0]]), np.array([0])),
        (np.array([[0, 1, 0], [0, 2, 1], [0, 1, 2], [1, 0, 0]]), np.array([0, 1])),
        (np.array([[0, 1, 0], [0, 2, 1], [0, 1, 2], [1, 0, 0]]), np.array([], int)),
        (np.array([[0, 1, 0], [0, 2, 1], [2, 1, 2], [1, 0, 0]]), np.array([2, 2])),
    ],
    random=_random_tree,
)


def _below(codes, prefix):
    return codes[(codes[:, : len(prefix)] == prefix).all(axis=1), len(prefix)]


@trie.solution
def next_codes(codes, prefix):
    return np.unique(_below(codes, prefix)).tolist()


@trie.mistake(
    en="These are all codes of that level. Only items that begin with the prefix may go on.",
    zh="这是该层的全部码。只有以该前缀开头的物品才能继续。",
)
def without_the_prefix(codes, prefix):
    return np.unique(codes[:, len(prefix)]).tolist()


@trie.mistake(
    en="You compared the last code of the prefix alone: 1 below 0 is another place than 1 below 2.",
    zh="你只比较了前缀的最后一码：0 下面的 1 与 2 下面的 1 是不同的位置。",
)
def by_the_end_of_the_prefix(codes, prefix):
    depth = len(prefix)
    return np.unique(codes[codes[:, depth - 1] == prefix[-1], depth]).tolist() if depth else next_codes(codes, prefix)


@trie.mistake(
    en="A code stands there once for each item. The tree has each branch once.",
    zh="每个物品各列了一次。树上每个分支只有一个。",
)
def once_an_item(codes, prefix):
    return np.sort(_below(codes, prefix)).tolist()


@trie.mistake(
    en="That is the code at the end of the address. The *next* code stands right after the prefix.",
    zh="这是地址末尾的码。*下一个*码紧跟在前缀之后。",
)
def the_last_code(codes, prefix):
    return np.unique(codes[(codes[:, : len(prefix)] == prefix).all(axis=1), -1]).tolist()


@trie.mistake(
    en="You compared the prefix with codes anywhere in the address. It stands at the beginning.",
    zh="你把前缀与地址中任意位置的码比较了。前缀只在开头。",
)
def anywhere(codes, prefix):
    inside = np.isin(prefix, codes[:, : len(prefix)]) if len(prefix) else np.array([True])
    rows = np.isin(codes, prefix).sum(axis=1) >= len(prefix) if inside.all() else np.zeros(len(codes), bool)
    return np.unique(codes[rows, len(prefix)]).tolist()


# ---- A beam


def _random_beam(rng):
    beams, codes = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    chances = rng.dirichlet(np.ones(codes), size=beams)
    allowed = rng.random((beams, codes)) < 0.7
    allowed[0, 0] = True
    return np.log(rng.uniform(0.05, 1, size=beams)), np.log(chances), allowed, int(rng.integers(1, 6))


beam = Exercise(
    id="generative-beam",
    title=Text("One step of beam search", "束搜索的一步"),
    gives=Text(
        "pairs (beam, code) of whole numbers, best first: an array of two columns, at most `width` rows",
        "（候选序号，码）对，最好的在前：两列的数组，最多 `width` 行",
    ),
    hint=Text(
        "Add each beam's own score to the log-probability of each next code, strike out what the tree does not have, and keep the best of all beams together. If you flatten the table to sort it, `np.unravel_index` finds row and column again.",
        "把每个候选开头已有的分数加到下一码的对数概率上，去掉树上没有的，再把所有延伸放在一起选最好的。若先把整张表展平再排序，`np.unravel_index` 可以找回行和列。",
    ),
    examples=[
        (np.log([0.6, 0.4]), np.log([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]]), np.ones((2, 3), bool), 3),
        (np.log([0.6, 0.4]), np.log([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1]]), np.array([[0, 1, 1], [1, 0, 1]], bool), 2),
        (np.log([1.0]), np.log([[0.2, 0.7, 0.1]]), np.array([[True, False, True]]), 3),
    ],
    random=_random_beam,
)


def _best(total, allowed, width):
    return np.argwhere(allowed)[np.argsort(-total[allowed])[:width]]


@beam.solution
def beam_step(scores, log_p, allowed, width):
    return _best(scores[:, None] + log_p, allowed, width)


@beam.mistake(
    en="The score of the beam itself is missing: a likely code after an unlikely beginning wins too easily.",
    zh="漏了开头自身的分数：不太可能的开头，只要下一码概率高就轻易胜出。",
)
def without_the_past(scores, log_p, allowed, width):
    return _best(log_p, allowed, width)


@beam.mistake(
    en="Codes that the tree does not have are still in the list: they lead to no film.",
    zh="树上没有的码还在列表里：它们不通向任何电影。",
)
def without_the_tree(scores, log_p, allowed, width):
    return _best(scores[:, None] + log_p, np.ones_like(allowed), width)


@beam.mistake(
    en="You kept the best code of each beam. All continuations compete together: one beam may give two, another none.",
    zh="你为每个开头各留了最好的一个。所有延伸要放在一起比：一个开头可以留两个，另一个可以一个不留。",
)
def one_a_beam(scores, log_p, allowed, width):
    total = np.where(allowed, scores[:, None] + log_p, -np.inf)
    only = np.zeros_like(allowed)
    only[np.arange(len(total)), total.argmax(axis=1)] = True
    return _best(total, only & allowed, width)


@beam.mistake(
    en="You multiplied logarithms. Probabilities are multiplied, their logarithms are added.",
    zh="你把对数相乘了。概率要相乘，对数要相加。",
)
def multiplied(scores, log_p, allowed, width):
    return _best(scores[:, None] * log_p, allowed, width)


@beam.mistake(
    en="The worst stand first. A log-probability nearer to 0 is the better one.",
    zh="最差的排在了最前。对数概率越接近 0 越好。",
)
def worst_first(scores, log_p, allowed, width):
    return _best(-(scores[:, None] + log_p), allowed, width)


# ---- Temperature and top-k


def _random_logits(rng):
    n = int(rng.integers(3, 7))
    return rng.normal(scale=2, size=n), float(rng.choice([0.5, 0.7, 1.5, 2.0])), int(rng.integers(1, n))


temperature = Exercise(
    id="generative-temperature",
    title=Text("Temperature and top-k", "温度与 top-k"),
    gives=Text("the probability of every token, an array that adds up to 1", "每个词元的概率，和为 1 的数组"),
    hint=Text(
        "Two steps on the logits, in this order: divide by the temperature, then keep the k largest. Softmax comes last.",
        "在 logits 上做两步：先除以温度，再只留最大的 k 个。softmax 放在最后。",
    ),
    examples=[
        (np.log([4.0, 2.0, 1.0]), 1.0, 2),
        (np.log([4.0, 2.0, 1.0]), 0.5, 3),
        (np.log([1.0, 9.0, 4.0]), 2.0, 2),
        (np.log([1.0, 3.0]), 2.0, 1),
    ],
    random=_random_logits,
)


@temperature.solution
def next_token_probabilities(logits, temperature, k):
    kept = np.argsort(-logits)[:k]
    powers = np.zeros(len(logits))
    powers[kept] = np.exp((logits[kept] - logits.max()) / temperature)
    return powers / powers.sum()


def _softmax(values):
    powers = np.exp(values - np.max(values))
    return powers / powers.sum()


@temperature.mistake(
    en="You multiplied by the temperature. A high temperature must make the shares more even.",
    zh="你乘了温度。温度高，概率应该更平均。",
)
def times_the_temperature(logits, temperature, k):
    return next_token_probabilities(logits, 1 / temperature, k)


@temperature.mistake(
    en="The cut tokens are 0, but the others do not add up to 1 any more: divide by their sum.",
    zh="去掉的词元是 0，但余下的和不再是 1：要除以它们的和。",
)
def not_shared_out_again(logits, temperature, k):
    shares = _softmax(logits / temperature)
    shares[np.argsort(-logits)[k:]] = 0
    return shares


@temperature.mistake(
    en="You divided the probabilities by the temperature: dividing by their sum undoes that. Divide the logits.",
    zh="你用温度去除概率，归一化以后等于没除。要除的是 logits。",
)
def after_the_softmax(logits, temperature, k):
    return next_token_probabilities(logits, 1.0, k)


@temperature.mistake(
    en="You kept the k smallest logits.",
    zh="你留下的是最小的 k 个 logits。",
)
def the_smallest(logits, temperature, k):
    kept = np.argsort(logits)[:k]
    powers = np.zeros(len(logits))
    powers[kept] = np.exp((logits[kept] - logits.max()) / temperature)
    return powers / powers.sum()


@temperature.mistake(
    en="The cut tokens got the logit 0, which is a probability like any other. Theirs must be 0 *after* the softmax.",
    zh="你把去掉的词元的 logit 设成了 0，它仍有概率。要让它在 softmax *之后*为 0。",
)
def zeros_before_the_softmax(logits, temperature, k):
    scaled = logits / temperature
    scaled[np.argsort(-logits)[k:]] = 0
    return _softmax(scaled)


@temperature.mistake(
    en="All tokens are still possible: top-k is missing.",
    zh="所有词元都还可能出现：漏了 top-k。",
)
def no_top_k(logits, temperature, k):
    return _softmax(logits / temperature)


# ---- LoRA


def _random_adapter(rng):
    d, rank = int(rng.integers(3, 7)), int(rng.integers(1, 3))
    shapes = (d, d), (rank, d), (d, rank)
    return (*(rng.normal(size=shape) for shape in shapes), float(rng.choice([4.0, 6.0, 16.0])))


def _random_pass(rng):
    W, A, B, alpha = _random_adapter(rng)
    return rng.normal(size=(int(rng.integers(2, 5)), len(W))), W, A, B, alpha


forward = Exercise(
    id="generative-lora-forward",
    title=Text("Through the thin matrices", "经过两个窄矩阵"),
    gives=Text("an array (n, d_out)", "(n, d_out) 的数组"),
    hint=Text(
        "Two sums meet: what the frozen W makes of x, and what A and then B make of it, times alpha / rank. A row of x is one token, so every matrix stands transposed behind it.",
        "两部分相加：冻结的 W 对 x 的输出，以及 x 先过 A 再过 B、乘以 alpha / rank 的输出。x 的一行是一个词元，所以矩阵要转置后写在它后面。",
    ),
    examples=[
        (np.array([[1.0, 1.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]]), np.array([[1.0], [-1.0]]), 1.0),
        (np.array([[1.0, 0.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]), np.eye(2), np.array([[1.0, 3.0], [0.0, 1.0]]), 6.0),
        (np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 1.0]]), np.array([[0.0], [1.0], [2.0]]), 2.0),
    ],
    random=_random_pass,
)  # fmt: skip


@forward.solution
def lora_forward(x, W, A, B, alpha):
    return x @ W.T + alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="The thin matrices are added in full. What they say is first multiplied by alpha / rank.",
    zh="两个窄矩阵的输出直接加上去了。要先乘以 alpha / rank。",
)
def without_scale(x, W, A, B, alpha):
    return x @ W.T + x @ A.T @ B.T


@forward.mistake(
    en="You multiplied by alpha. The scale is alpha divided by the rank, so that twice as many rows of A do not mean twice as much.",
    zh="你乘的是 alpha。缩放系数是 alpha 除以秩：这样 A 的行数加倍，加上去的量不会跟着加倍。",
)
def by_alpha_alone(x, W, A, B, alpha):
    return x @ W.T + alpha * (x @ A.T @ B.T)


@forward.mistake(
    en="You divided alpha by the width d. The rank is the number of rows of A.",
    zh="你用 alpha 除以宽度 d 了。秩是 A 的行数。",
)
def divided_by_width(x, W, A, B, alpha):
    return x @ W.T + alpha / A.shape[1] * (x @ A.T @ B.T)


@forward.mistake(
    en="That is only what the thin matrices add. The frozen W goes on working beside them.",
    zh="这只是两个窄矩阵加上去的部分。冻结的 W 仍然照常计算。",
)
def the_update_alone(x, W, A, B, alpha):
    return alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="That is the frozen layer by itself: A and B have no part in it.",
    zh="这只是冻结的层，A 和 B 没有起作用。",
)
def the_frozen_alone(x, W, A, B, alpha):
    return x @ W.T


@forward.mistake(
    en="You scaled both parts. alpha / rank belongs to the thin matrices alone; what W says stays as it was.",
    zh="两部分都乘了缩放系数。alpha / rank 只属于窄矩阵，W 的输出保持原样。",
)
def everything_scaled(x, W, A, B, alpha):
    return alpha / len(A) * (x @ W.T + x @ A.T @ B.T)


@forward.mistake(
    en="W stands untransposed behind x. A layer's weight is (out, in): each of its rows makes one number of the output.",
    zh="W 没有转置就乘在 x 后面了。层的权重形状是（输出，输入）：每一行算出输出的一个数。",
)
def weight_not_transposed(x, W, A, B, alpha):
    return x @ W + alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="x went through B first. A narrows d numbers to the rank, B widens them again: with x in front that is A transposed, then B transposed.",
    zh="x 先经过了 B。应当先由 A 把 d 个数缩到秩那么多，再由 B 展开：x 在前面时，先乘 A 的转置，再乘 B 的转置。",
)
def the_wide_matrix_first(x, W, A, B, alpha):
    return x @ W.T + alpha / len(A) * (x @ B @ A)


merge = Exercise(
    id="generative-lora-merge",
    title=Text("Merge", "合并"),
    gives=Text("an array (d_out, d)", "(d_out, d) 的数组"),
    hint=Text(
        "Look for one matrix with x @ M.T equal to the forward pass for every x. Take x out of both parts: what remains of the second?",
        "要找一个矩阵 M，使任何 x 都有 x @ M.T 等于前向传播的结果。把两部分里的 x 都提出来：第二部分剩下什么？",
    ),
    examples=[
        (np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]]), np.array([[1.0], [-1.0]]), 1.0),
        (np.zeros((2, 2)), np.eye(2), np.array([[1.0, 3.0], [0.0, 1.0]]), 6.0),
        (np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 1.0]]), np.array([[0.0], [1.0], [2.0]]), 2.0),
    ],
    random=_random_adapter,
)  # fmt: skip


@merge.solution
def merged_weight(W, A, B, alpha):
    return W + alpha / len(A) * (B @ A)


@merge.mistake(
    en="The product is added in full. Merged must equal unmerged, and there it was multiplied by alpha / rank.",
    zh="乘积直接加上去了。合并后要与合并前相等，而合并前它乘了 alpha / rank。",
)
def merged_without_scale(W, A, B, alpha):
    return W + B @ A


@merge.mistake(
    en="You multiplied by alpha. The scale is alpha divided by the rank, the number of rows of A.",
    zh="你乘的是 alpha。缩放系数是 alpha 除以秩，秩是 A 的行数。",
)
def merged_by_alpha_alone(W, A, B, alpha):
    return W + alpha * (B @ A)


@merge.mistake(
    en="You divided alpha by the width d. The rank is the number of rows of A.",
    zh="你用 alpha 除以宽度 d 了。秩是 A 的行数。",
)
def merged_by_width(W, A, B, alpha):
    return W + alpha / len(W) * (B @ A)


@merge.mistake(
    en="That is what is added to W, without W: the layer would forget all that it knew.",
    zh="这只是加到 W 上的部分，没有 W：层原来会的全丢了。",
)
def the_product_alone(W, A, B, alpha):
    return alpha / len(A) * (B @ A)


@merge.mistake(
    en="W is scaled too. Only what A and B add is multiplied by alpha / rank.",
    zh="W 也乘了缩放系数。只有 A 和 B 加上去的部分才乘 alpha / rank。",
)
def merged_all_scaled(W, A, B, alpha):
    return alpha / len(A) * (W + B @ A)


@merge.mistake(
    en="Your product lies on its side: A.T @ B.T is the transpose of B @ A. Where W is square it fits, and computes something else.",
    zh="乘积转置了：A.T @ B.T 是 B @ A 的转置。W 是方阵时形状相符，算出来的却是另一回事。",
)
def on_its_side(W, A, B, alpha):
    return W + alpha / len(A) * (A.T @ B.T)


@merge.mistake(
    en="You took the product away. That is how to take an adapter out of a merged weight.",
    zh="你把乘积减掉了。从合并后的权重里取出适配器时才这样做。",
)
def taken_out(W, A, B, alpha):
    return W - alpha / len(A) * (B @ A)


quiz = Quiz(
    "generative",
    [
        Question(
            Text(
                "With a user's history in the prompt a language model ranks clearly better than with none. What does that show?",
                "提示词里写上用户的历史，语言模型的排序明显好于不写。这说明什么？",
            ),
            [
                Wrong(
                    Text("That it uses this user's taste.", "它用到了这位用户的口味。"),
                    Text(
                        "In the chapter another user's history was ahead of none as well.",
                        "在本章里，换成另一位用户的历史，也比没有历史好。",
                    ),
                ),
                Right(
                    Text(
                        "That films in the prompt help; not whose films they must be.",
                        "提示词里有电影就有帮助；是否非得是这位用户的，还看不出来。",
                    ),
                    Text(
                        "Somebody else's history must stand beside it: only what one's own adds to that is taste.",
                        "要用别人的历史作对照：自己的历史比它多出的部分，才是口味。",
                    ),
                ),
                Wrong(
                    Text("That it knows the data set by heart.", "它背下了这份数据集。"),
                    Text(
                        "A gain by a history does not show that. The chapter asks it in another way, by the file's own lines.",
                        "有了历史而变好，并不能说明这一点。本章用另一种办法检验：让它续写数据文件的行。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A paper shows a language model ten films, lettered A to J, and counts how often its letter is right. What must stand beside it?",
                "一篇论文给语言模型列出编号 A 到 J 的十部电影，统计它选对字母的次数。旁边还必须有什么？",
            ),
            [
                Wrong(
                    Text("A larger model.", "更大的模型。"),
                    Text(
                        "That is another question. First: did this one choose a film, or a place in the list?",
                        "那是另一个问题。先要弄清：这个模型选的是电影，还是列表中的位置？",
                    ),
                ),
                Right(
                    Text("The same films in another order.", "同样的电影，换一种顺序。"),
                    Text(
                        "If the letter stays and the film changes, it chose the letter, or the place.",
                        "字母不变而电影变了，说明选的是字母或位置。",
                    ),
                ),
                Wrong(
                    Text("The temperature at which it was asked.", "提问时的温度。"),
                    Text(
                        "It should be told, but a model that prefers a place does so at any temperature.",
                        "应该说明，但偏爱某个位置的模型，在任何温度下都偏爱。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Films with one first code share a genre nine times in ten. What do you look at before you say that the codes have understood films?",
                "第一码相同的电影对，十对有九对至少有一个共同类型。在说“编码理解了电影”之前，要先看什么？",
            ),
            [
                Wrong(
                    Text("Whether three levels do better than one.", "三层是否比一层好。"),
                    Text(
                        "They do, by the same words. More levels say nothing about where the agreement comes from.",
                        "确实更好，但靠的是同样的词。层数说明不了一致性从哪里来。",
                    ),
                ),
                Right(
                    Text("What text the codes were made from.", "编码是用什么文本做的。"),
                    Text(
                        "The genres stood in the text. Made from titles alone, the first codes agree little more than chance.",
                        "类型就写在文本里。只用片名做编码，前几码的一致性只比随机高一点。",
                    ),
                ),
                Wrong(
                    Text("How many films collide.", "有多少电影冲突。"),
                    Text(
                        "That says how fine the codes are, not what they mean.",
                        "这说明编码有多细，不说明它的含义。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A generator with semantic IDs reaches a good NDCG. Which control tells what the *meaning* of the codes gave?",
                "用语义 ID 的生成模型 NDCG 不错。哪个对照能说明语义 ID 的*含义*起了多少作用？",
            ),
            [
                Right(
                    Text("The same addresses dealt out to the films at random.", "把同样的地址随机分配给电影。"),
                    Text(
                        "The tree, the model and the training stay; only the meaning goes.",
                        "树、模型和训练都不变，去掉的只有含义。",
                    ),
                ),
                Wrong(
                    Text("Popularity.", "流行度。"),
                    Text(
                        "It tells whether anything was learned from the history, by whatever codes.",
                        "它说明模型有没有从历史中学到东西，不论用什么编码。",
                    ),
                ),
                Wrong(
                    Text("A generator with twice as many epochs.", "训练轮次加倍的生成模型。"),
                    Text(
                        "To compare codes, the number of epochs must be equal.",
                        "要比较编码，轮次必须相同。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A film that nobody has rated gets a semantic ID today. What did the chapter find when it hid films and trained on the rest?",
                "一部还没有人评过分的电影，今天得到了语义 ID。本章藏起一部分电影、用其余的训练，发现了什么？",
            ),
            [
                Wrong(
                    Text("Their addresses were not in the tree.", "它们的地址不在树上。"),
                    Text(
                        "They are: the tree is made from all addresses, and the walk reaches every film.",
                        "在树上：树由全部地址建成，遍历会到达每部电影。",
                    ),
                ),
                Wrong(
                    Text(
                        "They were said as often as their share of all films.",
                        "它们被生成的比例，与它们占全部电影的比例相当。",
                    ),
                    Text(
                        "Their share of the ten places was far smaller than that.",
                        "它们在十个位置中所占的比例远小于此。",
                    ),
                ),
                Right(
                    Text(
                        "They were hardly ever said, although they have addresses.",
                        "它们虽然有地址，却几乎从不被生成。",
                    ),
                    Text(
                        "No training target ever ended at their addresses. Among themselves, regression on the text ranked them better.",
                        "训练时从没有一个目标落在它们的地址上。只在它们之间排序，用文本的回归也排得更好。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A shop fine-tunes one encoder for each of 50 countries, with LoRA instead of its last layer in full. What does it save for certain?",
                "一家商店为 50 个国家各微调一个编码器，用 LoRA 代替训练整个最后一层。哪一样一定能省下？",
            ),
            [
                Wrong(
                    Text("Most of the time that a training step takes.", "训练每一步的大部分时间。"),
                    Text(
                        "Forward, every layer computes as before, and backward the gradient has to pass through the layers to reach A and B. In the chapter's run a step of LoRA on two layers took no less time than one of the last layer in full.",
                        "前向时每一层照常计算；反向时梯度仍要穿过这些层，才能到达 A 和 B。本章的运行里，两层上的 LoRA 每一步并不比训练整个最后一层省时间。",
                    ),
                ),
                Wrong(
                    Text("Memory where it serves: W is no longer needed.", "部署时的内存：不再需要 W。"),
                    Text(
                        "W goes on doing most of the work; A and B only add to it. Merged, there is one matrix of W's size again.",
                        "W 仍然承担大部分计算，A 和 B 只是在它上面加一点。合并之后，又是一个与 W 同样大小的矩阵。",
                    ),
                ),
                Right(
                    Text("What has to be kept for each country.", "每个国家要存的参数。"),
                    Text(
                        "One W for all, and a small file for each. In training, Adam's memory shrinks alike, since it holds two numbers for each that is trained.",
                        "W 只存一份，每个国家一个小文件。训练时 Adam 的内存也同样变小，因为它为每个可训练参数存两个数。",
                    ),
                ),
                Wrong(
                    Text("The choice of a learning rate.", "选择学习率的功夫。"),
                    Text(
                        "LoRA has a rate too, and another one than the full layer: it has to be chosen like any other.",
                        "LoRA 也有学习率，而且与整层训练的不同，同样要选。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
