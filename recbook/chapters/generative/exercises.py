"""Exercises and quiz of chapter 16."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# ---- One level of residual k-means


def _random_level(rng):
    n, k, d = int(rng.integers(2, 7)), int(rng.integers(2, 5)), int(rng.integers(2, 4))
    return rng.normal(size=(n, d)) * 3, rng.normal(size=(k, d)) * 3


level = Exercise(
    id="generative-level",
    title=Text("One level of a semantic ID", "语义 ID 的一层"),
    gives=Text("an array (n, d): what is left of each vector", "数组 (n, d)：每个向量剩下的部分"),
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
    zh="你从 1 开始数。编码从 0 开始，没有重复的地址末码为 0。",
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
    zh="你只比较了最后一个编码。*全部*编码都相同的物品才算冲突。",
)
def by_the_last_code(codes):
    return collision_code(codes[:, -1:])


@collision.mistake(
    en="You compared the first code alone. Items collide only where *all* codes agree.",
    zh="你只比较了第一个编码。*全部*编码都相同的物品才算冲突。",
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
    gives=Text("a list of codes in ascending order, each once", "编码的列表，升序，每个一次"),
    hint=Text(
        "Keep the items whose first codes are the prefix; of these look at the code that comes right after it.",
        "先留下开头几个编码与前缀一致的物品，再看它们紧接着的那个编码。",
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
    zh="这是该层的全部编码。只有以该前缀开头的物品才能继续。",
)
def without_the_prefix(codes, prefix):
    return np.unique(codes[:, len(prefix)]).tolist()


@trie.mistake(
    en="You compared the last code of the prefix alone: 1 below 0 is another place than 1 below 2.",
    zh="你只比较了前缀的最后一个编码：0 下面的 1 与 2 下面的 1 是不同的位置。",
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
    zh="这是地址末尾的编码。*下一个*编码紧跟在前缀之后。",
)
def the_last_code(codes, prefix):
    return np.unique(codes[(codes[:, : len(prefix)] == prefix).all(axis=1), -1]).tolist()


@trie.mistake(
    en="You compared the prefix with codes anywhere in the address. It stands at the beginning.",
    zh="你把前缀与地址中任意位置的编码比较了。前缀只在开头。",
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
        "pairs (beam, code), best first: an array of two columns, at most `width` rows",
        "（束，编码）对，最好的在前：两列的数组，最多 `width` 行",
    ),
    hint=Text(
        "Add each beam's own score to the log-probability of each next code, strike out what the tree does not have, and keep the best of all beams together.",
        "把每一束已有的分数加到下一编码的对数概率上，去掉树上没有的，再从所有束里一起选最好的。",
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
    zh="漏了束自身的分数：开头不太可能的束，只要下一码概率高就轻易胜出。",
)
def without_the_past(scores, log_p, allowed, width):
    return _best(log_p, allowed, width)


@beam.mistake(
    en="Codes that the tree does not have are still in the list: they lead to no film.",
    zh="树上没有的编码还在列表里：它们不通向任何电影。",
)
def without_the_tree(scores, log_p, allowed, width):
    return _best(scores[:, None] + log_p, np.ones_like(allowed), width)


@beam.mistake(
    en="You kept the best code of each beam. All continuations compete together: one beam may give two, another none.",
    zh="你为每一束各留了最好的一个。所有延伸要放在一起比：一束可以留两个，另一束可以一个不留。",
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


quiz = Quiz(
    "generative",
    [
        Question(
            Text(
                "Films with one first code share a genre nine times in ten. What do you look at before you say that the codes have understood films?",
                "第一个编码相同的电影，十次有九次类型相同。在说“编码理解了电影”之前，要先看什么？",
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
                        "Yes: the genres stood in the text. Made from titles alone, the codes agree little more than chance.",
                        "对：类型就写在文本里。只用片名做编码，一致性只比随机高一点。",
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
                "用语义 ID 的生成模型 NDCG 不错。哪个对照能说明编码的*含义*起了多少作用？",
            ),
            [
                Right(
                    Text("The same addresses dealt out to the films at random.", "把同样的地址随机发给电影。"),
                    Text(
                        "Yes: the tree, the model and the training stay; only the meaning goes.",
                        "对：树、模型和训练都不变，去掉的只有含义。",
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
                        "It would be better with any codes: the number of epochs must be equal.",
                        "用什么编码都会变好：要比较，轮次必须相同。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A film that nobody has rated gets a semantic ID today. Why does the generator hardly ever say it?",
                "一部还没有人评过分的电影，今天得到了语义 ID。为什么生成模型几乎从不生成它？",
            ),
            [
                Wrong(
                    Text("Its address is not in the tree.", "它的地址不在树上。"),
                    Text(
                        "It is: the tree is made from all addresses, and the walk reaches every film.",
                        "在树上：树由全部地址建成，遍历会到达每部电影。",
                    ),
                ),
                Wrong(
                    Text("Its first code was never met in training.", "它的第一个编码在训练中没有出现过。"),
                    Text(
                        "Other films have the same first code. The last steps of the way are the ones nobody went.",
                        "别的电影有同样的第一个编码。没有人走过的是最后几步。",
                    ),
                ),
                Right(
                    Text(
                        "Training showed, thousands of times, that its last codes are not what follows.",
                        "训练中成千上万次表明：接下来的不是它最后的那几个编码。",
                    ),
                    Text(
                        "Yes: a code that never was the answer is pushed down, and for this film that is a verdict on novelty, not on taste.",
                        "对：从未当过答案的编码会被压低；对这部电影来说，判的是新颖性，与口味无关。",
                    ),
                ),
            ],
        ),
    ],
)
