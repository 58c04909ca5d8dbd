"""Exercises and quiz of chapter 16."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _random_text(rng):
    n, v = int(rng.integers(3, 7)), int(rng.integers(2, 6))
    return rng.normal(size=(n, v)), rng.integers(0, v, size=n), int(rng.integers(1, n))


likelihood = Exercise(
    id="generative-log-likelihood",
    title=Text("The likelihood of a title", "片名的似然"),
    gives=Text("a number, 0 or below", "一个数，不大于 0"),
    hint=Text(
        "Row t of the logits is what the model thinks after token t. Which row speaks of token t, and which tokens belong to the title?",
        "logits 的第 t 行，是模型读完词元 t 之后的预测。哪一行说的是词元 t？哪些词元属于片名？",
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
def multiplied(logits, temperature, k):
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


quiz = Quiz(
    "generative",
    [
        Question(
            Text(
                "A language model ranks films about as well without a user's history as with it. What does it go by?",
                "没有用户历史，语言模型给电影排的序与有历史时差不多好。它靠的是什么？",
            ),
            [
                Right(
                    Text("How likely a title is anyway", "片名本来有多可能出现"),
                    Text(
                        "Yes. Known films are also the ones that are rated, so this alone beats chance.",
                        "对。有名的电影也正是评分多的电影，所以单凭这一点就胜过随机。",
                    ),
                ),
                Wrong(
                    Text("The user's taste", "用户的口味"),
                    Text(
                        "Then the ranking would suffer when the history goes, or when it is somebody else's.",
                        "那样的话，去掉历史，或者换成别人的历史，排序就会变差。",
                    ),
                ),
                Wrong(
                    Text("The order of the films in the prompt", "提示词里电影的先后"),
                    Text(
                        "Without a history there is no order, and the ranking is as good.",
                        "没有历史就没有先后，而排序一样好。",
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
                    Text("A larger model", "更大的模型"),
                    Text(
                        "That is another question. First: did this one choose a film, or a place in the list?",
                        "那是另一个问题。先要弄清：这个模型选的是电影，还是列表中的位置？",
                    ),
                ),
                Right(
                    Text("The same films in another order", "同样的电影，换一种顺序"),
                    Text(
                        "Yes. If the letter stays and the film changes, it chose a place. Popularity belongs beside it, too.",
                        "对。字母不变而电影变了，说明选的是位置。流行度也应该放在旁边。",
                    ),
                ),
                Wrong(
                    Text("The temperature at which it was asked", "提问时的温度"),
                    Text(
                        "It should be told, but a model that prefers a place does so at any temperature.",
                        "应该说明，但偏爱某个位置的模型，在任何温度下都偏爱。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A perplexity of 4 on a text means that the model was, on average, as unsure as if it …",
                "模型在一段文字上的困惑度是 4，意思是平均而言，它的不确定程度相当于……",
            ),
            [
                Wrong(
                    Text("was wrong four times", "错了四次"),
                    Text(
                        "Perplexity counts no errors: it is e to the mean loss.",
                        "困惑度不数错误：它是 e 的平均损失次方。",
                    ),
                ),
                Wrong(
                    Text("had four words to write", "要写四个词"),
                    Text(
                        "The length does not matter: the loss is a mean over the tokens.",
                        "与长度无关：损失是对词元取的平均。",
                    ),
                ),
                Right(
                    Text("chose among four equally likely tokens", "在四个同样可能的词元里选"),
                    Text(
                        "Yes: four equal shares of ¼ lose log 4 each time.",
                        "对：四个各占 ¼，每次损失 log 4。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
