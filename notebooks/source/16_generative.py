# %% [markdown] lang="en"
# # 16 · Models that generate
#
# **You will be able to**, after the core, ask a language model for films and name the controls that tell whether the user's taste plays any part; say what a semantic ID means and where its meaning comes from; train a model of **generative recommendation** on two cores, and read its beam search.
#
# **You need** chapters 03 (vectors from behaviour), 04 (the causal mask, MiniLM), 08 (SASRec, cross-entropy at every place), 09 (intervals, sampled candidates) and 10 (hidden films).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores. The language model is optional; nothing here needs it.

# %% [markdown] lang="zh"
# # 16 · 生成式模型
#
# **学完核心部分之后**，你能请语言模型推荐电影，并列出必不可少的对照，判断用户的口味究竟起没起作用；能说清语义 ID（semantic ID）表示什么、这种含义从哪里来；能在双核机器上训练一个**生成式推荐**（generative recommendation）模型，并读懂它的束搜索（beam search）。
#
# **需要的基础**：第 03 章（由行为得到的向量）、第 04 章（因果掩码（causal mask）、MiniLM）、第 08 章（SASRec 与逐位置的交叉熵（cross-entropy））、第 09 章（区间、采样候选）和第 10 章（隐藏电影）。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。语言模型是可选的，不下载也能运行全章。

# %%
import numpy as np

import recbook
from recbook.chapters.generative import figures

recbook.setup("en")
ratings = recbook.load("ml-100k")
split = recbook.data.leave_one_out(ratings)

# %% [markdown] lang="en"
# ## Three films, and what comes next
#
# Name three films that you like, and let two models say a fourth. **EASE** (chapter 01) knows who rated what, and no word of English. The other, *SmolLM2-135M-Instruct*, is a small relative of GPT with over a hundred million weights (*Instruct*: trained to answer questions, too; here packed into 4 bits a weight). A **language model**: it has read a large part of the web, and no list of ratings that we know of. It is given the beginning of a list and writes on:
#
# > Films I liked:<br>- Toy Story<br>- The Lion King<br>- Aladdin<br>-
#
# What it said is stored (`kept`), because the model itself, 93 MB, is optional.

# %% [markdown] lang="zh"
# ## 三部电影，接下来是什么
#
# 说出三部你喜欢的电影，请两个模型推荐第四部。**EASE**（第 01 章）知道谁评过什么，却不认识一个英文词。另一个，*SmolLM2-135M-Instruct*，是与 GPT 同类的小模型，有一亿多个参数（Instruct 表示它还做过指令微调；这里量化到 4 位）。它是**语言模型**：读过大量网页，而据我们所知没有读过评分表。给它一个没写完的列表（“我喜欢的电影：《玩具总动员》《狮子王》《阿拉丁》”），让它续写：
#
# > Films I liked:<br>- Toy Story<br>- The Lion King<br>- Aladdin<br>-
#
# 它的回答是预先存好的（`kept`），因为模型本身（93 MB）是可选的。

# %%
from recbook import plots
from recbook.models import EASE

kept = recbook.stored("language_model")["results"]
titles = ratings.items["display_title"].tolist()
weights = EASE().fit(split.train).weights_  # (films, films)


def ease_says(liked, n=3):
    """en: The n films with the largest sum of weights from the liked ones.
    zh: 与所列电影的权重之和最大的 n 部电影。"""
    rows = [titles.index(title) for title in liked]
    scores = weights[rows].sum(axis=0)
    scores[rows] = -np.inf
    return [titles[film] for film in np.argsort(-scores)[:n]]


liked = ["Toy Story", "The Lion King", "Aladdin"]
plots.table(figures.answers(kept["said"][", ".join(liked)]["said"], ease_says(liked)), caption=" · ".join(map(plots.film, liked)))

# %%
# en: `named` finds the film of the log that an answer names; the others follow below.
# zh: `named` 找出回答说的是日志里的哪部电影；其余的后面会用到。
from recbook.chapters.generative.asking import ask, joined, named, ndcg_by_chance, ndcg_of

answered = [
    (named(answer, titles), trio.split(", "))
    for trio, one in kept["said"].items() for answers in one["said"].values() for answer in answers
]
useful = sum(title != "" and title not in trio for title, trio in answered)
again = sum(title in trio for title, trio in answered)
recbook.claim(
    0 < useful < 0.5 * len(answered),
    en="Of {answers} stored answers to three such lists, {useful} name a film of the catalogue that the list lacks; {again} say one of its own films again.",
    zh="对三个这样的列表，存下的 {answers} 个回答里，只有 {useful} 个给出了片库里的新电影；{again} 个重复了列表里的电影。",
    takeaway=False, answers=len(answered), useful=useful, again=again,
)

# %% [markdown] lang="en"
# Look at the rows one by one. The cautious answer (the most probable token each time) is a real film, and it fits: who believes in language models sees why. Put as a question, it gives one of our own films back. Drawn at a **temperature** (the higher, the bolder), its answers are a mixture: real titles, invented ones, plain gibberish. And it does not know our catalogue: for *Alien*, *Blade Runner* and *The Terminator* it says *The Matrix*, a good answer, but a film of 1999, later than the data. Three lists that look good, or bad, prove nothing. The next section asks for many users, with everything beside it that could explain the result.
#
# How a text is continued, and what the temperature does to it, stands in [Deeper](#continue); [another section](#know) asks which films the model knows at all, and [a third](#lora) how such a network is tuned by training few numbers. If you have fetched the model (`recbook data fetch smollm2`), type three films of your own:

# %% [markdown] lang="zh"
# 逐行来看。最稳妥的回答（每次取最可能的词元（token））是一部真实的电影，而且合适：相信语言模型的人，理由就在这里。换成提问，它只重复了列表里的一部。按**温度**（temperature，越高越大胆）采样时，真片名、编造的片名和乱码都有。它也不了解我们的片库：对 *Alien*（《异形》）、*Blade Runner*（《银翼杀手》）和 *The Terminator*（《终结者》），它说 *The Matrix*（《黑客帝国》），答得好，可这部电影 1999 年才上映，数据收集在此之前。只看三个列表，好坏都证明不了什么。下一节对许多用户提问，并为每一种可能的解释设一个对照。
#
# 文字怎样续写，温度起什么作用，见[选读](#continue)；[另一节](#know)看这个模型知道哪些电影，[还有一节](#lora)讲怎样只训练少量参数来微调这样的网络。如果你已经下载了模型（`recbook data fetch smollm2`），可以在这里换上自己的三部电影：

# %% tags=["nbval-ignore-output"]
ask(["Toy Story", "The Lion King", "Aladdin"])

# %% [markdown] lang="en"
# ## Ask it to recommend <a id="ask"></a>
#
# Free answers are hard to count. So we do not look at what the model writes; we compute how *likely* it finds each of 50 titles as the next line, and rank them. A title is cut into **tokens**, words or pieces of words, and its log-likelihood is a sum:
#
# $$s(i \mid h) = \sum_{j=1}^{n_i} \log P(t_{ij} \mid p(h), t_{i1}, \dots, t_{i,j-1})$$
#
# where $t_{i1}, \dots, t_{i n_i}$ are the tokens of title $i$, $h$ is a user's history, and $p(h)$ the **prompt**, the text that holds it. By pencil: a title of two tokens, the first with probability ¼, the second, after the first, ½. Its likelihood is ⅛, its score $\log ⅛ \approx -2.1$. Every further token can only lower it. (The line end behind a title counts as its last token, so that *Alien* does not collect the chance of every title that begins so.)
#
# **Exercise 1.** The model gives one row of scores, *logits*, for each token that it reads: row $t$ scores the tokens that may follow token $t$. Sum the log-probabilities of a title that stands behind a prompt. ({points})

# %% [markdown] lang="zh"
# ## 请它推荐 <a id="ask"></a>
#
# 自由生成的回答不好统计。所以不看模型写什么，只计算 50 个候选片名各自作为下一行的概率，据此排序。片名被切成**词元**，即词或词的片段，它的对数似然（log-likelihood）是一个和：
#
# $$s(i \mid h) = \sum_{j=1}^{n_i} \log P(t_{ij} \mid p(h), t_{i1}, \dots, t_{i,j-1})$$
#
# 其中 $t_{i1}, \dots, t_{i n_i}$ 是片名 $i$ 的词元，$h$ 是用户的历史，$p(h)$ 是写着历史的那段文字，叫**提示词**（prompt）。笔算：一个片名有两个词元，第一个的概率是 ¼，在它之后第二个是 ½。似然是 ⅛，分数是 $\log ⅛ \approx -2.1$。每多一个词元，分数只会更低。（片名之后的换行也算它的最后一个词元，所以 *Alien* 不会把所有以它开头的片名的概率都算到自己头上。）
#
# **练习 1** 模型每读一个词元，就给出一行分数（logits）：第 $t$ 行给可能接在词元 $t$ 之后的各个词元打分。片名接在提示词之后，求片名各词元的对数概率之和。（{points}）

# %% exercise="generative-log-likelihood" points=2
def log_likelihood(logits, tokens, given):
    """en: Sum of the log-probabilities of tokens[given:], each given all tokens before it.
    en: logits (n, v): row t scores the v tokens that may follow token t. tokens (n,): whole numbers below v. given: 1 or more.
    zh: tokens[given:] 的对数概率之和，每一个都以它之前的全部词元为条件。
    zh: logits (n, v)：第 t 行给可能接在词元 t 之后的 v 个词元打分。tokens (n,)：小于 v 的整数。given 不小于 1。"""
    ### BEGIN SOLUTION
    shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return sum(shares[t - 1, tokens[t]] for t in range(given, len(tokens)))
    ### END SOLUTION

# %% check="generative-log-likelihood"
recbook.check("generative-log-likelihood", log_likelihood)

# %% [markdown] lang="en"
# **The test.** Stored, for 200 users drawn at random: the prompt lists the ten films that a user liked last (a rating of 4 or 5), the oldest first. The candidates are the user's test film, whatever its rating, and 49 films that the user never rated. So these are *sampled* candidates: numbers to compare with each other, never with the full rankings of other chapters (chapter 09). Three wordings were tried on the validation films of 20 other users; the best of them is used:

# %% [markdown] lang="zh"
# **测试。** 预先存好，随机抽取了 200 位用户：提示词列出该用户最近喜欢（评分为 4 或 5）的十部电影，最早的在前。候选是该用户的测试电影（不论评分高低），加上 49 部他没有评过的电影。所以这是**采样**候选：这些数只能互相比较，不能与其他章的全量排序（full ranking）相比（第 09 章）。三种措辞在另外 20 位用户的验证电影上试过，用的是其中最好的：

# %%
import pandas as pd

tried = kept["wordings"]
plots.table(pd.DataFrame([(plots.name(f"as a {name}"), one["sum"], one["per token"]) for name, one in tried.items()],
                         columns=["wording", "sum", "per token"]))

# %% [markdown] lang="en"
# With 20 users these three numbers are rough, and the best of three is flattered by the choice: expect less below. What would a reader object?
#
# - *"The model only knows which titles are common."* Then it should rank as well **without the history**: the same prompt with no films in it.
# - *"Any films in the prompt would do."* Then **another user's history** should serve as well, or one's own **reversed** (asked for half of the users).
# - *"Take out what is common, and the taste remains."* Subtract the log-likelihood without the history: the **pointwise mutual information** (PMI), the logarithm of how many times as likely the history makes a title:
#
# $$\mathrm{PMI}(i, h) = s(i \mid h) - s(i \mid \varnothing)$$
#
# PMI does not tell *whose* history it was, so another user's PMI is computed as well.
# - *"Long titles lose."* Divide the score by $n_i$, the number of tokens.
# - *"Anything beats chance there."* So the exact value of **chance** is drawn: with one film among 50 to be found, $\frac{1}{50} \sum_{r=1}^{10} 1/\log_2(r+1) \approx 0.091$. And **popularity**, MiniLM (the cosine of a candidate's title with the mean of the history's, chapter 02) and EASE rank the same 50 films; EASE and popularity have learned from everybody's ratings. Once more, 49 candidates are drawn by popularity: there, fame helps less.
#
# **Exercise 2.** Write the PMI of each candidate, per token. ({points})

# %% [markdown] lang="zh"
# 只有 20 位用户，三个数都很粗略；从三个里挑最好的，又会偏高，所以下面的数会低一些。读者会怎样质疑？
#
# - **“模型只知道哪些片名常见。”** 那么**没有历史**时，也就是同样的提示词里一部电影也不列，排序**应当**一样好。
# - **“提示词里放哪些电影都行。”** 那么换成**另一位用户的历史**，或者把自己的历史**倒过来**（只问了一半用户），也**应当**一样好。
# - **“去掉常见的部分，剩下的就是口味。”** 减去没有历史时的对数似然，得到**点互信息**（pointwise mutual information，PMI），即历史使片名的可能性变成原来的多少倍，再取对数：
#
# $$\mathrm{PMI}(i, h) = s(i \mid h) - s(i \mid \varnothing)$$
#
# PMI 不区分历史是**谁的**，所以同时给出换成另一位用户历史后的 PMI。
# - **“长片名吃亏。”** 把分数除以词元数 $n_i$。
# - **“面对这样的候选，什么方法都能胜过随机。”** 所以画出**随机**顺序的精确期望：50 部里找一部，$\frac{1}{50} \sum_{r=1}^{10} 1/\log_2(r+1) \approx 0.091$。再让**流行度**、MiniLM（候选片名与历史片名平均向量的余弦相似度，第 02 章）和 EASE 给同样的 50 部电影排序；流行度和 EASE 学过所有人的评分。再做一遍，这次 49 部候选按流行度抽取：那时只靠流行度就帮不上多少忙。
#
# **练习 2** 写出每个候选按词元平均的 PMI。（{points}）

# %% exercise="generative-history-adds" points=1
def history_adds(with_history, without, n_tokens):
    """en: PMI per token (n,), from log-likelihoods with and without the history (n,) and numbers of tokens (n,).
    zh: 按词元平均的 PMI (n,)，由有历史和无历史的对数似然 (n,) 以及词元数 (n,) 得到。"""
    ### BEGIN SOLUTION
    return (with_history - without) / n_tokens
    ### END SOLUTION

# %% check="generative-history-adds"
recbook.check("generative-history-adds", history_adds)

# %%
even, popular = joined(kept["ranks"]), joined(kept["popular"])
order = ["with history", "without history", "another user's history", "history reversed", "with minus without", "another user's minus without",
         "with history, per token", "with minus without, per token", "MiniLM", "popularity", "EASE", "EASE, last films"]
chance_of_50 = ndcg_by_chance(50)
figures.candidates({
    "drawn evenly": {name: even[name] for name in order},
    "drawn by popularity": {name: popular[name] for name in order if name in popular},
}, chance_of_50)

# %%
from recbook.evaluation import bootstrap

plus = bootstrap(even["with history"] - even["without history"])
recbook.claim(
    plus.low > 0,
    en="Ranked by likelihood with the history, NDCG@10 is {with_history:.3f}, without it {without:.3f}: a history adds {low:.3f} to {high:.3f}.",
    zh="按似然排序，有历史时 NDCG@10 为 {with_history:.3f}，没有历史时为 {without:.3f}：有历史高出 {low:.3f} 到 {high:.3f}。",
    takeaway=False, with_history=even["with history"].mean(), without=even["without history"].mean(), low=plus.low, high=plus.high,
)

# %%
other = bootstrap(even["another user's history"] - even["without history"])
own = bootstrap(even["with history"] - even["another user's history"])
recbook.claim(
    other.low > 0 and own.low < 0 < own.high,
    en="But another user's history, too, is ahead of none, with {another:.3f}; one's own is not told apart from it ({low:+.3f} to {high:+.3f}).",
    zh="可是换成另一位用户的历史，也显著高于没有历史，为 {another:.3f}；自己的历史与它差异不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=dict(
        en="Before you praise a prompt, put somebody else's history into it: with our small language model that, too, did better than none.",
        zh="称赞一个提示词之前，先把别人的历史放进去：对我们的小语言模型，别人的历史也比没有历史好。",
    ),
    another=even["another user's history"].mean(), low=own.low, high=own.high,
)

# %%
taste = bootstrap(even["with minus without"] - even["another user's minus without"])
recbook.claim(
    taste.low > 0 > bootstrap((even["with minus without"] - even["another user's minus without"])[:75]).low,
    en="With the general likelihood taken off, one's own history (PMI {pmi:.3f}) is ahead of another's ({another:.3f}) by {low:.3f} to {high:.3f}: a little taste is there.",
    zh="减去片名本来的可能性之后，自己的历史（PMI，{pmi:.3f}）比别人的（{another:.3f}）高 {low:.3f} 到 {high:.3f}：口味确实起了一点作用。",
    takeaway=False, pmi=even["with minus without"].mean(), another=even["another user's minus without"].mean(), low=taste.low, high=taste.high,
)

# %%
backwards = even["history reversed"]
turned = bootstrap(even["with history"][: len(backwards)] - backwards)
recbook.claim(
    turned.low < 0 < turned.high,
    en="The order does not show: for the users who were asked both, one's own history has {forwards:.3f}, the same reversed {reversed:.3f} ({low:+.3f} to {high:+.3f}).",
    zh="先后没有显出作用：对两种都问过的用户，自己的历史为 {forwards:.3f}，倒过来为 {reversed:.3f}，差异不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, forwards=even["with history"][: len(backwards)].mean(), reversed=backwards.mean(), low=turned.low, high=turned.high,
)

# %%
gap = bootstrap(even["popularity"] - even["with history"])
recbook.claim(
    gap.low > 0,
    en="Popularity, one number a film, has an NDCG@10 of {popularity:.3f} on the same candidates, EASE {ease:.3f}: popularity is {low:.3f} to {high:.3f} above the language model.",
    zh="流行度（每部电影一个数）给同样的候选排序，NDCG@10 为 {popularity:.3f}，EASE 为 {ease:.3f}：流行度比语言模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, popularity=even["popularity"].mean(), ease=even["EASE"].mean(), low=gap.low, high=gap.high,
)

# %%
hard = {name: bootstrap(popular[name]) for name in ("with history", "popularity", "EASE")}
recbook.claim(
    all(hard[name].low < chance_of_50 < hard[name].high for name in ("with history", "popularity")) and hard["EASE"].low > chance_of_50,
    en="Among candidates drawn by popularity neither the language model ({model:.3f}) nor popularity ({popularity:.3f}) is told apart from chance ({chance:.3f}); EASE, with {ease:.3f}, is.",
    zh="候选按流行度抽取时，语言模型（{model:.3f}）和流行度（{popularity:.3f}）都与随机（{chance:.3f}）差异不显著；EASE 为 {ease:.3f}，显著高于随机。",
    takeaway=False, model=popular["with history"].mean(), popularity=popular["popularity"].mean(), chance=chance_of_50, ease=popular["EASE"].mean(),
)

# %% [markdown] lang="en"
# Read the left panel first. Ranked by likelihood, anybody's films lift the model: it then knows that films are asked for, and of what sort, and most candidates are little known. Two comparisons ask for this user's taste. The raw one, own history against another's, does not show it; the one that first takes off what is likely anyway does, by little. We ran the first 75 users alone at first, and the second interval held 0, too: *not told apart* may only say that the users were too few. (The other history is that of the next user drawn; it may hold films of the list, even the one to be found, which one's own never does.) In the right panel, with 100 users and candidates that most people know, fame no longer helps; another's history was not asked there.

# %% [markdown] lang="zh"
# 先看左图。按似然排序时，放进谁的历史都比不放高：模型由此得知问的是电影，以及大致是哪一类，而候选大多是冷门电影。要看这位用户的口味，有两种比较。直接比，自己的历史与别人的历史差异不显著；先减去片名本来的概率再比，差异才显著，但很小。我们起初只跑了 75 位用户，第二种比较的区间也包含 0：“差异不显著”有时只说明用户太少。（别人的历史取抽样顺序中的下一位用户；其中可能有候选电影，甚至有要找的那一部，自己的历史则不会有。）右图有 100 位用户，候选大多有名，流行度不再有帮助；那里没有问别人的历史。

# %% [markdown] lang="en"
# ### Which letter, please?
#
# Many papers ask in another way: list the candidates under letters and let the model answer with one. Here ten films, the test film among them, are shuffled under A to J, twice for each of 20 users:

# %% [markdown] lang="zh"
# ### 请选一个字母
#
# 许多论文换一种问法：把候选编上字母，让模型回答一个字母。这里把十部电影（含测试电影）打乱，编成 A 到 J，20 位用户，每位问两次：

# %%
choice = kept["letters"]
figures.letters(choice["said"], choice["right"])

# %%
most, by_letter = max(choice["said"]), {name: ndcg_of(choice[name]) for name in ("ranks", "ranks, calibrated")}
right = int((by_letter["ranks"] == 1).sum())
recbook.claim(
    most > 0.5 * sum(choice["said"]),
    en="Of {n} questions {most} are answered with A; {right} answers are right ({by_luck:.0f} would be by luck).",
    zh="{n} 个问题中，{most} 个的回答是 A；答对 {right} 个（碰运气也能对 {by_luck:.0f} 个）。",
    takeaway=dict(
        en="Shuffle the choices: a small language model may answer with a letter or a place in the list, not with a film.",
        zh="把选项打乱再问：小语言模型回答的可能是某个字母或某个位置，而不是电影。",
    ),
    most=most, n=sum(choice["said"]), right=right, by_luck=sum(choice["said"]) / 10,
)

# %% [markdown] lang="en"
# (The right film lay under H more often than one expects. The order is drawn anew for each question, and over all users of the log each letter comes up about equally often: with so few questions that is luck.)

# %% [markdown] lang="zh"
# （正确的电影在 H 下出现得比预期多。每个问题的顺序都重新抽取，对日志的全部用户来说，各个字母出现得大致一样多：问题这么少，这只是碰巧。）

# %% [markdown] lang="en"
# A preference for a letter can be taken off: subtract each letter's mean log-probability over all questions (**calibration**, in the spirit of Zhao et al. 2021, who ask once without any content; it has nothing to do with the calibration of lists). Then one can see whether anything else is there:

# %% [markdown] lang="zh"
# 对某个字母的偏好可以去掉：减去这个字母在全部问题上的平均对数概率（**校准**（calibration），思路取自 Zhao et al. 2021，他们用一次没有内容的提问来估计；与推荐列表的校准同名而不同义）。这样才能看出除此之外还剩下什么：

# %%
calibrated, chance_of_10 = bootstrap(by_letter["ranks, calibrated"].reshape(-1, 2).mean(axis=1)), ndcg_by_chance(10)
recbook.claim(
    calibrated.low < chance_of_10 < calibrated.high,
    en="Calibrated, the letters rank ten films with an NDCG@10 of {calibrated:.3f} ({low:.3f} to {high:.3f}, by user); chance is {chance:.3f}: not told apart.",
    zh="校准之后，按字母给十部电影排序的 NDCG@10 为 {calibrated:.3f}（{low:.3f} 到 {high:.3f}，按用户）；随机为 {chance:.3f}：差异不显著。",
    takeaway=False, calibrated=by_letter["ranks, calibrated"].mean(), low=calibrated.low, high=calibrated.high, chance=chance_of_10,
)

# %% [markdown] lang="en"
# ### What others report, and what we cannot say <a id="others"></a>
#
# Our model is tiny. What changes with larger ones, and with training on recommendation itself?
#
# - **Larger models, only asked.** Hou et al. (2024) let GPT-3.5 rank candidates: it makes use of the history, struggles with its *order*, and is biased by popularity and by places in the prompt; with prompts against these biases it ranks well without any training. Sileo et al. (2022) rank films by GPT-2's likelihood after “Movies like …”: of four choices it takes the right one about twice as often as chance. We found no list without history beside it.
# - **Trained on the task.** P5 (Geng et al. 2022) turns ratings, histories and reviews into text and trains one T5 on all of it. TALLRec (Bao et al. 2023) tunes a LLaMA of some billion weights on a few dozen examples: likes and dislikes are told apart far better than by models that start from nothing on the same few. LLaRA (Liao et al. 2024) puts the item vectors of a trained recommender into the prompt beside the titles.
# - **Against a baseline with the same loss.** Xu et al. (2024) give SASRec the same loss as the language models, a full cross-entropy: on next-item tasks it then leads those they compare. A survey of 64 papers (Shehzad and Jannach 2026) found none with all details that a rerun needs.
# - **Read before the test.** Di Palma et al. (2025) ask large models for rows of MovieLens-1M: all recite some of it, the largest most of the film table, and those that recite more recommend better; size may be behind both. A result on MovieLens may be memory ([Deeper](#know) asks ours).
#
# Who believes in such recommenders will say: ours is small, packed into 4 bits, and was never tuned for this. That is true, and nothing here speaks against a large or a tuned one. Who does not will say: without these controls nobody would have noticed that somebody else's history does nearly as well. That is true as well. What the chapter cannot say: how a large model does on a log that it has not read, whether one that was trained on this task would beat EASE here, and what a description could do in place of a title. What it can say: beside a language model belong popularity, the prompt without a history, somebody else's history, and the choices shuffled.

# %% [markdown] lang="zh"
# ### 已有的研究，与本章不能下的结论 <a id="others"></a>
#
# 我们的模型很小。换成更大的，或者专门在推荐上训练，会怎样？
#
# - **更大的模型，只提问。** Hou et al. (2024) 让 GPT-3.5 给候选排序：它用得上历史，却难以分辨**先后**，并受流行度和提示词中位置的影响；用针对这两种偏差的提示词，不经训练也排得不错。Sileo et al. (2022) 用 GPT-2 在“Movies like …”之后的似然给电影排序：四选一时，选对的次数约为随机的两倍。文中似乎没有不给历史的对照。
# - **在任务上训练。** P5（Geng et al. 2022）把评分、历史和评论都写成文字，用来训练同一个 T5。TALLRec（Bao et al. 2023）只用几十个例子微调（fine-tuning）一个几十亿参数的 LLaMA：区分喜欢与不喜欢，远胜于用同样少的数据从零训练的模型。LLaRA（Liao et al. 2024）把训练好的推荐模型的物品向量放进提示词，与片名并列。
# - **与用同一损失训练的基线相比。** Xu et al. (2024) 让 SASRec 使用与语言模型相同的损失，即完整的交叉熵（cross-entropy）：在下一物品任务上，它领先于所比较的语言模型。一项对 64 篇论文的调查（Shehzad and Jannach 2026）发现，没有一篇给出了复现所需的全部细节。
# - **测试之前就读过。** Di Palma et al. (2025) 让大模型背 MovieLens-1M 的行：都能背出一部分，最大的背出了电影表的大半，而且背得越多，推荐得越好；两者可能都源于规模。MovieLens 上的好成绩可能来自记忆（memorization）（我们的模型见[选读](#know)）。
#
# 相信这类推荐模型的人会说：你们的模型小，量化到了 4 位，也没有为此微调过。没错，这里的一切都不能否定更大的或微调过的模型。不相信的人会说：没有这些对照，谁也不会发现，换成别人的历史几乎一样好。这也没错。本章不能说的：大模型在训练时没见过的日志上表现如何，在本任务上训练过的模型能否胜过这里的 EASE，用简介代替片名又会怎样。本章能说的：评价语言模型，要同时报告流行度、没有历史的提示词、别人的历史，以及打乱的选项。

# %% [markdown] lang="en"
# ## Semantic IDs <a id="semantic-ids"></a>
#
# How should a model *say* a film? A title is long, and one wrong letter names nothing. A number for each film can be said, but film 50 is no nearer to film 51 than to any other. The mail has a third way: an **address**, from coarse to fine. Town, street, house, door: two houses in one street share all but the end.
#
# A **semantic ID** is such an address, made from an item's vector, here that of its text (Rajput et al. 2023, who called their model TIGER). Each level has a short list of **centres**, its codebook. Take the nearest centre: its number is the code. Subtract it, and code *what is left*, the residual, at the next level. This is **residual k-means**:
#
# $$c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \qquad r_l = r_{l-1} - m_{l,c_l}, \qquad r_0 = x,$$
#
# where $x$ is the vector of a film $(d,)$, $m_{l,k}$ the $k$-th centre of level $l$ $(d,)$, $c_l$ the code and $r_l$ what is left $(d,)$.
#
# By pencil: film A is $(9, 2)$, film B is $(7, -2)$. Level 1 has the centres $(8, 0)$ and $(-8, 0)$; both films are nearest to the first, code 0. Left are $(1, 2)$ and $(-1, -2)$. Level 2 has $(1, 1)$ and $(-1, -1)$: A gets code 0, B code 1. So A is `0-0` and B is `0-1`: one town, two streets.

# %% [markdown] lang="zh"
# ## 语义 ID <a id="semantic-ids"></a>
#
# 一部电影该怎样“说”出来？片名很长，错一个字母就对不上任何电影。给每部电影一个编号，倒是说得出来，可是 50 号与 51 号相邻，两部电影却未必相近。写信有第三种办法：从粗到细的**地址**。城市、街道、门牌、户号，同一条街上的两户只有末尾不同，中文信封正是这样写的。
#
# **语义 ID**（semantic ID）就是这样的地址，由物品的向量得到，这里用文本的向量（Rajput et al. 2023，他们的模型叫 TIGER）。每一层有一张不长的聚类中心表，即**码本**（codebook）。取最近的中心，它的序号就是**码**；减去这个中心，剩下的**残差**（residual）在下一层再编码。单个序号叫“码”，整串叫“语义 ID”或“地址”。这就是**残差 k-means**（residual k-means）：
#
# $$c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \qquad r_l = r_{l-1} - m_{l,c_l}, \qquad r_0 = x,$$
#
# 其中 $x$ 是一部电影的向量 $(d,)$，$m_{l,k}$ 是第 $l$ 层的第 $k$ 个中心 $(d,)$，$c_l$ 是码，$r_l$ 是残差 $(d,)$。
#
# 笔算：电影 A 是 $(9, 2)$，电影 B 是 $(7, -2)$。第 1 层的中心是 $(8, 0)$ 和 $(-8, 0)$，两部电影都离第一个最近，得码 0。残差是 $(1, 2)$ 和 $(-1, -2)$。第 2 层的中心是 $(1, 1)$ 和 $(-1, -1)$：A 得码 0，B 得码 1。所以 A 是 `0-0`，B 是 `0-1`：同一座城，两条街。

# %%
rest, address = np.array([[9.0, 2.0], [7.0, -2.0]]), []
for centres in (np.array([[8.0, 0.0], [-8.0, 0.0]]), np.array([[1.0, 1.0], [-1.0, -1.0]])):
    code = ((rest[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    rest = rest - centres[code]
    address.append(code)
np.stack(address, axis=1)

# %% [markdown] lang="en"
# The centres come from **k-means**: begin with some random vectors as centres, give each vector to its nearest centre, move each centre to the mean of its vectors, and repeat.

# %% [markdown] lang="zh"
# 中心由 **k-means** 得到：先随机取几个向量作中心，把每个向量归到最近的中心，再把每个中心移到所属向量的平均处，如此反复。

# %%
def nearest(vectors, centres):
    # en: The squared distance without the term that all centres share.
    # zh: 距离的平方，省去对所有中心都相同的一项。
    return ((centres**2).sum(axis=1) - 2 * vectors @ centres.T).argmin(axis=1)


def kmeans(vectors, k, rng, steps=20):
    centres = vectors[rng.choice(len(vectors), k, replace=False)]
    for _ in range(steps):
        code = nearest(vectors, centres)
        for used in np.unique(code):
            centres[used] = vectors[code == used].mean(axis=0)
    return centres, nearest(vectors, centres)


def residual_kmeans(vectors, sizes=(32, 32, 32), seed=0):
    rest, rng, codes = np.asarray(vectors, float), np.random.default_rng(seed), []
    for size in sizes:
        centres, code = kmeans(rest, size, rng)
        rest = rest - centres[code]
        codes.append(code)
    return np.stack(codes, axis=1)

# %% [markdown] lang="en"
# **Exercise 3.** Write one level yourself, and give back what is left. ({points})

# %% [markdown] lang="zh"
# **练习 3** 自己写出其中一层，返回残差。（{points}）

# %% exercise="generative-level" points=1
def left_over(vectors, centres):
    """en: What one level leaves of each of vectors (n, d): the vector minus its nearest centre; centres is (k, d).
    zh: vectors (n, d) 经过一层之后的残差：向量减去离它最近的中心；centres 是 (k, d)。"""
    ### BEGIN SOLUTION
    distance = np.linalg.norm(vectors[:, None] - centres, axis=2)
    return vectors - centres[distance.argmin(axis=1)]
    ### END SOLUTION

# %% check="generative-level"
recbook.check("generative-level", left_over)

# %% [markdown] lang="en"
# Now 1,682 films, each as MiniLM's vector of "title (year), genres", with three levels of 32 codes. The library has the same function (`recbook.models.semantic_ids`); the share of equal codes is printed.

# %% [markdown] lang="zh"
# 现在轮到 1,682 部电影：每部用“片名（年份），类型”的 MiniLM 向量，三层，每层 32 个码。库里有同样的函数（`recbook.models.semantic_ids`），下面打印两者相同的比例。

# %%
from recbook.models import semantic_ids
from recbook.text import TextEncoder
from recbook.text.films import film_texts

texts, encoder = film_texts(ratings.items), TextEncoder()
vectors = encoder.encode(texts["title, year, genres"])
prefixes = residual_kmeans(vectors)
float((prefixes == semantic_ids.residual_kmeans(vectors)).mean())

# %%
star = titles.index("Toy Story")
town = np.flatnonzero(prefixes[:, 0] == prefixes[star, 0])
shown = town[np.argsort(-ratings.item_counts()[town])[:14]]
figures.address_tree(prefixes[shown], [titles[item] for item in shown])

# %% [markdown] lang="en"
# That looks as if the codes had understood films. Have they? Measure it: of all pairs of films that share the first codes, how many share at least one genre? Two controls stand beside it: codes made from titles alone, and the same addresses **dealt out at random**, where any pairs of films meet.

# %% [markdown] lang="zh"
# 这些编码好像懂电影。真的吗？来量一下：前几码相同的电影对里，有多少对至少有一个共同类型？对照有两个：只用片名做的编码；以及把同样的地址**随机分配**给电影，碰到一起的就是任意的电影对。

# %%
from recbook.data.prepare import genre_table

genres = genre_table(ratings.items).to_numpy(float)
share_a_genre = genres @ genres.T > 0


def purity(codes, depth):
    same = (codes[:, None, :depth] == codes[:, :depth]).all(axis=2)
    return share_a_genre[np.triu(same, 1)].mean()


of_titles = residual_kmeans(encoder.encode(texts["title"]))
kinds = {"title, year, genres": prefixes, "titles alone": of_titles, "dealt at random": semantic_ids.dealt_at_random(prefixes)}
rows = [(plots.name(kind), *(purity(codes, depth) for depth in (1, 2, 3))) for kind, codes in kinds.items()]
plots.table(pd.DataFrame(rows, columns=["codes of", "prefix 1", "prefix 2", "prefix 3"]))

# %%
any_pair = purity(prefixes, 0)
recbook.claim(
    purity(prefixes, 2) > 0.85 and purity(of_titles, 2) < any_pair + 0.15,
    en="Of the pairs of films that share two codes, {with_genres:.0%} share a genre; of all pairs {any_pair:.0%}. With codes from titles alone it "
    "is {titles_alone:.0%}: most of the agreement comes from the year and the genre words in the text.",
    zh="前两码相同的电影对中，{with_genres:.0%} 有共同类型；全部电影对中是 {any_pair:.0%}。只用片名做编码，是 {titles_alone:.0%}：一致性主要来自文本中"
    "写着的年份和类型。",
    takeaway=False, with_genres=purity(prefixes, 2), any_pair=any_pair, titles_alone=purity(of_titles, 2),
)

# %% [markdown] lang="en"
# Three levels of 32 codes give 32,768 addresses for 1,682 films. Still some films share theirs: a **collision**, two families in one house. The usual cure is one code more that counts them: 0, 1, 2. It means nothing; it only tells them apart.
#
# **Exercise 4.** Write that last code, the door: three codes go in, the last one comes out. ({points})

# %% [markdown] lang="zh"
# 三层各 32 个码，有 32,768 个地址，电影只有 1,682 部。即便如此，仍有电影地址相同，这叫**冲突**（collision）：两户住在同一个门牌里。通常的办法是再加一码，从 0 数起：0、1、2。它没有含义，只用来区分。
#
# **练习 4** 写出这最后一码，即户号：输入三码，返回末码。（{points}）

# %% exercise="generative-collision" points=1
def collision_code(codes):
    """en: For each item of codes (n, levels): how many items before it have all the same codes, (n,).
    zh: 对 codes (n, levels) 的每个物品：在它之前有几个物品的各码与它完全相同，(n,)。"""
    ### BEGIN SOLUTION
    same = (codes[:, None] == codes[None]).all(axis=2)
    return np.tril(same, -1).sum(axis=1)
    ### END SOLUTION

# %% check="generative-collision"
recbook.check("generative-collision", collision_code)

# %%
# en: The addresses from here on (films, 4): three codes that mean something, and the one that counts.
# zh: 以下使用的地址 (films, 4)：三个有含义的码，加上用来区分的末码。
codes = semantic_ids.with_collision_code(prefixes)
codes[shown[:3]]

# %%
_, group, size = np.unique(prefixes, axis=0, return_inverse=True, return_counts=True)
colliding, largest = (size[group] > 1).mean(), int(size.max())
recbook.claim(
    0.1 < colliding < 0.4,
    en="{colliding:.0%} of the films share their three codes with another; the largest group has {largest} films.",
    zh="{colliding:.0%} 的电影与别的电影三码全同；最大的一组有 {largest} 部。",
    takeaway=False, colliding=colliding, largest=largest,
)

# %% [markdown] lang="en"
# Codes need no text at all: chapter 03 found vectors in behaviour alone. Codes of such vectors put films together that the same people rate. They will compete below.
#
# ## Generate the next film <a id="generate"></a>
#
# Now a model can read and say films as a language model reads and says words. A film is read as the **sum of the vectors of its codes**: what one film of a town teaches, its neighbours know, too. (The strips show vectors as training finds them at the start, drawn at random.)

# %% [markdown] lang="zh"
# 做编码也可以完全不用文本：第 03 章只用行为就得到了向量。由这种向量做的语义 ID，会把同一批人评过的电影放在一起。下面它们也参加比较。
#
# ## 生成下一部电影 <a id="generate"></a>
#
# 有了语义 ID，模型读写电影，就像语言模型读写词。读的时候，一部电影是**它各码的向量之和**：从一部电影学到的，同城的电影也跟着学到。（图中的条带是训练之前随机抽取的向量。）

# %%
street = town[prefixes[town, 1] == prefixes[star, 1]][:2]
figures.sum_of_codes(codes[street], [titles[item] for item in street])

# %% [markdown] lang="en"
# A transformer reads the last ten films, as SASRec does in chapter 08, and gives one vector $h$ for what comes next. Then a small network says the address, code after code. Each code is drawn given $h$ and the codes said before it, so the chance of a film is a product:
#
# $$p(i \mid h) = \prod_{l=1}^{L} p(c_l \mid h, c_1, \dots, c_{l-1}),$$
#
# where $c_1, \dots, c_L$ are the codes of film $i$, here $L = 4$. By pencil: if the chance of code 3 is 0.5, of code 1 after it 0.4, and of 2 after these 0.5, then `3-1-2` has the chance $0.5 \cdot 0.4 \cdot 0.5 = 0.1$. In code, with the parts of the library's model: at each level `listen` is a linear layer that takes $h$, `said` holds the vectors of the codes said before (`starts[l]` is where level $l$ begins in it), and `say` is a linear layer that gives a score to each code of the level.

# %% [markdown] lang="zh"
# 一个 Transformer 读最近十部电影，与第 08 章的 SASRec 一样，得到一个向量 $h$，表示接下来是什么。然后一个小网络逐码生成地址。每个码的概率取决于 $h$ 和之前生成的码，所以一部电影的概率是乘积：
#
# $$p(i \mid h) = \prod_{l=1}^{L} p(c_l \mid h, c_1, \dots, c_{l-1}),$$
#
# 其中 $c_1, \dots, c_L$ 是电影 $i$ 的各码，这里 $L = 4$。笔算：第一码为 3 的概率是 0.5，此后第二码为 1 的概率是 0.4，再其后第三码为 2 的概率是 0.5，那么 `3-1-2` 的概率是 $0.5 \cdot 0.4 \cdot 0.5 = 0.1$。写成代码，用的是库中模型的各部分：在每一层，`listen` 是读入 $h$ 的线性层，`said` 存着已生成的码的向量（`starts[l]` 是第 $l$ 层在其中的起点），`say` 是给该层各码打分的线性层。

# %%
from torch.nn.functional import gelu


def log_probability(model, h, address):
    total = 0.0
    for level, (hear, say) in enumerate(zip(model.listen, model.say)):
        state = hear(h)
        # en: The codes said before, each by a vector of its own.
        # zh: 之前生成的码，各有自己的向量。
        for earlier, code in enumerate(address[:level]):
            state = state + model.said[level][model.starts[earlier] + code]
        total = total + say(gelu(state)).log_softmax(dim=-1)[address[level]]
    return total

# %% [markdown] lang="en"
# Training is that of a language model: make the log-probability of each next film large, at every place of every history. Its settings are those of chapter 08's SASRec, but for ten films to read in place of fifty, and fewer epochs; nothing was tuned for the codes. EASE, which stands beside it, has the library's penalty, 250; “EASE, last films” has the half-life that chapter 08 chose on validation. Eight epochs take about 40 seconds.

# %% [markdown] lang="zh"
# 训练与语言模型相同：在每份历史的每个位置，使下一部电影的对数概率变大。设置沿用第 08 章的 SASRec，只读十部（那里是五十部），轮次也较少；没有为这些编码专门调参。用来对照的 EASE 用库里默认的正则化系数 250；“EASE（近期加权）”的半衰期是第 08 章在验证集上选的。八个轮次约需 40 秒。

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

from recbook.models import CodeGenerator, Popularity

with tqdm(total=8, leave=False) as bar:
    generator = CodeGenerator(codes, on_epoch=lambda model, epoch: bar.update() and False).fit(split.train)

# %% [markdown] lang="en"
# To rank all films one need not call the function above for each. Films share beginnings, so one walks the **prefix tree** of all addresses (a trie) and visits each fork once. Do both ways agree, up to rounding?

# %% [markdown] lang="zh"
# 要给全部电影排序，不必逐部调用上面的函数。地址的开头是共用的，所以沿着全部地址组成的**前缀树**（prefix tree, trie）走一遍，每个岔口只到一次。除舍入误差外，两种做法一致吗？

# %% tags=["nbval-ignore-output"]
import torch

user = np.array([7])
h = generator.history_vectors(user)[0]
with torch.inference_mode():
    slow = np.array([float(log_probability(generator.model_, h, address.tolist())) for address in codes])
float(np.abs(generator.score(user)[0] - slow).max())

# %% tags=["nbval-ignore-output"]
test = {"popularity": Popularity(), "EASE": EASE(), "EASE, last films": EASE.recent()}
reports = {name: recbook.evaluation.evaluate(model.fit(split.train), split) for name, model in test.items()}
reports = {"semantic codes": recbook.evaluation.evaluate(generator, split), **reports}
plots.ranking(reports, mark="semantic codes", en="Eight epochs of a generator beside the usual ones", zh="训练八个轮次的生成模型与常用模型")

# %% tags=["nbval-ignore-output"]
lead = reports["semantic codes"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    reports["semantic codes"]["ndcg@10"] >= 0.065 and np.abs(generator.score(user)[0] - slow).max() < 1e-4 and lead.low > 0,
    en="The generator finds the next film with an NDCG@10 of {generator:.3f}, {low:.3f} to {high:.3f} above popularity.",
    zh="生成模型预测下一部电影的 NDCG@10 是 {generator:.3f}，比流行度高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, generator=reports["semantic codes"]["ndcg@10"], low=lead.low, high=lead.high,
)

# %% tags=["nbval-ignore-output"]
behind = reports["EASE, last films"].difference(reports["semantic codes"], "ndcg@10")
recbook.claim(
    reports["EASE, last films"]["ndcg@10"] > reports["semantic codes"]["ndcg@10"] + 0.005,
    en="A fairer opponent reads the last films, too: EASE that weighs them most, fitted in seconds, leads the generator by {low:.3f} to {high:.3f}.",
    zh="更公平的对手也看最近的电影：EASE（近期加权）几秒钟就能拟合，比生成模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, low=behind.low, high=behind.high,
)

# %% [markdown] lang="en"
# And is it the *meaning* of the codes that helps? The control keeps tree, model and training, and deals the addresses out at random. Stored are eight epochs of each kind of code, means of three seeds (above you saw a single one). With them stands SASRec of chapter 08, which gives each film a vector of its own and reads fifty films, for as many epochs.

# %% [markdown] lang="zh"
# 再问：有用的是语义 ID 的**含义**吗？对照中，树、模型和训练都不变，只把地址随机分配。下面是预先存好的结果，各训练八个轮次，取三个随机种子的平均（上面看到的只是一个）。一同列出第 08 章的 SASRec：它给每部电影一个自己的向量，读五十部，轮次相同。

# %%
from recbook.chapters.generative import stored

of_codes = stored.on_test(8)
plots.ranking(of_codes, mark="semantic codes", en="Stored: what the codes are made from decides", zh="预先存好的结果：关键在编码的来源")

# %%
semantic, shuffled, behaviour = (of_codes[f"{kind} codes"] for kind in ("semantic", "shuffled", "behaviour"))
meaning = semantic.difference(shuffled, "ndcg@10")
recbook.claim(
    meaning.low > 0,
    en="Codes of title, year and genres reach {semantic:.3f}, the same codes dealt out at random {shuffled:.3f}; paired by user the meaning gives "
    "{low:.3f} to {high:.3f}.",
    zh="由片名、年份和类型做的语义 ID 达到 {semantic:.3f}，同样的地址随机分配为 {shuffled:.3f}；按用户配对，含义带来 {low:.3f} 到 {high:.3f}。",
    takeaway=dict(
        en="Deal the addresses out at random: only what a generator gains over that, after as many epochs, is owed to their meaning. Among films it was a gain, in the shop a loss.",
        zh="把地址随机分配一次：轮次相同时，语义 ID 高出随机分配的部分，才是含义的功劳。在电影上是得，在商店里是失。",
    ),
    semantic=semantic["ndcg@10"], shuffled=shuffled["ndcg@10"], low=meaning.low, high=meaning.high,
)

# %%
of_titles_alone = of_codes["title codes"].difference(shuffled, "ndcg@10")
recbook.claim(
    of_titles_alone.low < 0 < of_titles_alone.high,
    en="Codes of titles alone are not told apart from those dealt out at random ({low:+.3f} to {high:+.3f}): what helps is what year and genres add.",
    zh="只用片名做的语义 ID 与随机分配差异不显著（{low:+.3f} 到 {high:+.3f}）：有用的是年份和类型所补充的。",
    takeaway=False, low=of_titles_alone.low, high=of_titles_alone.high,
)

# %%
from_people = behaviour.difference(semantic, "ndcg@10")
recbook.claim(
    from_people.low > 0,
    en="Codes from behaviour reach {behaviour:.3f}: {low:.3f} to {high:.3f} above codes of texts.",
    zh="由行为做的语义 ID 达到 {behaviour:.3f}，比文本的高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, behaviour=behaviour["ndcg@10"], low=from_people.low, high=from_people.high,
)

# %%
longer = stored.on_test(20)
lasting = longer["semantic codes"].difference(longer["shuffled codes"], "ndcg@10")
recbook.claim(
    lasting.low > 0 and longer["semantic codes"]["ndcg@10"] >= 0.09,
    en="Training as long as SASRec does not make up for it: codes of texts then reach {semantic:.3f}, those dealt at random {shuffled:.3f} ({low:.3f} to {high:.3f} apart).",
    zh="训练得与 SASRec 一样久也补不回来：文本的语义 ID 达到 {semantic:.3f}，随机分配的为 {shuffled:.3f}（相差 {low:.3f} 到 {high:.3f}）。",
    takeaway=False, semantic=longer["semantic codes"]["ndcg@10"], shuffled=longer["shuffled codes"]["ndcg@10"],
    low=lasting.low, high=lasting.high,
)

# %%
to_sasrec = longer["behaviour codes"].difference(longer["SASRec"], "ndcg@10")
recbook.claim(
    to_sasrec.low < 0 < to_sasrec.high,
    en="After as long a training codes from behaviour have {behaviour:.3f}, SASRec {sasrec:.3f}: not told apart ({low:+.3f} to {high:+.3f}).",
    zh="训练得一样久，由行为做的语义 ID 达到 {behaviour:.3f}，SASRec 为 {sasrec:.3f}：差异不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, behaviour=longer["behaviour codes"]["ndcg@10"], sasrec=longer["SASRec"]["ndcg@10"], low=to_sasrec.low, high=to_sasrec.high,
)

# %% [markdown] lang="en"
# To read films, such a generator needs 96 vectors and a few for the last code, where SASRec has 1,682. But a film that nobody has rated has no behaviour to be coded.

# %% [markdown] lang="zh"
# 读入电影时，这样的生成模型只需 96 个码向量，末码再加几个；SASRec 需要 1,682 个。但没有人评过的电影，没有行为可以编码。

# %% [markdown] lang="en"
# ### Beam search
#
# With a billion items nobody walks the whole tree. **Beam search** keeps the few best beginnings, say ten, extends each by every next code, and keeps the ten best again. By pencil, with two beginnings (beams) of chance 0.6 and 0.4: the first goes on with 0.5 and 0.3, the second with 0.8. The candidates are 0.30, 0.18 and 0.32: the less likely beginning leads to the best continuation. With a beam of width one it would have been lost at the first step.
#
# A beam that follows the tree always ends at a film. To follow it one needs the codes that go on from a prefix.

# %% [markdown] lang="zh"
# ### 束搜索
#
# 物品有十亿个的时候，不可能走遍整棵树。**束搜索**只留最好的几个开头，比如十个，给每个开头接上所有可能的下一码，再留最好的十个（这个数叫**束宽**）。笔算，束中有两个候选开头，概率为 0.6 和 0.4：第一个接下来是 0.5 和 0.3，第二个是 0.8。候选是 0.30、0.18 和 0.32：概率较低的开头，延伸之后反而最好。束宽若为 1，它第一步就被丢掉。
#
# 沿着树走，总能走到一部电影。为此要知道，一个前缀之后有哪些码。

# %% [markdown] lang="en"
# **Exercise 5.** Which codes go on from a prefix? ({points})

# %% [markdown] lang="zh"
# **练习 5** 一个前缀之后有哪些码？（{points}）

# %% exercise="generative-trie" points=1
def next_codes(codes, prefix):
    """en: The codes that follow prefix (depth,) in at least one row of codes (n, levels): ascending, each once;
    en: an empty list where no row begins with the prefix. depth may be 0 (the beginning) and is below levels.
    zh: codes (n, levels) 中以 prefix (depth,) 开头的各行，下一层出现过哪些码：升序、不重复的列表；
    zh: 没有这样的行，返回空列表。depth 可以为 0（从头开始），且小于层数。"""
    ### BEGIN SOLUTION
    begins = (codes[:, : len(prefix)] == prefix).all(axis=1)
    return np.unique(codes[begins, len(prefix)]).tolist()
    ### END SOLUTION

# %% check="generative-trie"
recbook.check("generative-trie", next_codes)

# %% [markdown] lang="en"
# **Exercise 6.** Write one step of the beam. ({points})

# %% [markdown] lang="zh"
# **练习 6** 写出束搜索的一步。（{points}）

# %% exercise="generative-beam" points=2
def beam_step(scores, log_p, allowed, width):
    """en: The best width continuations, best first, as rows (beam, code), whole numbers (m, 2); fewer where fewer are allowed.
    en: scores (b,) are the beams' log-probabilities so far, log_p (b, k) that of each next code after each
    en: beam, allowed (b, k) bool says which codes the tree has there. No two continuations are equal.
    zh: 最好的 width 个延伸，最好的在前，每行是 (候选序号, 码)，整数 (m, 2)；允许的不够，就少给几行。
    zh: scores (b,) 是各候选开头目前的对数概率，log_p (b, k) 是每个开头之后各码的对数概率，
    zh: allowed (b, k) 为布尔值，表示树上有没有这个码。各延伸的概率互不相同。"""
    ### BEGIN SOLUTION
    total = scores[:, None] + log_p
    return np.argwhere(allowed)[np.argsort(-total[allowed])[:width]]
    ### END SOLUTION

# %% check="generative-beam"
recbook.check("generative-beam", beam_step)

# %% tags=["nbval-ignore-output"]
everyone, history = np.arange(ratings.n_users), split.history()
log_p = generator.score(everyone, history)
exact = np.argsort(-log_p, axis=1, kind="stable")[:, :10]
found = {width: generator.generate(everyone, 10, width=width, history=history).items for width in (10, 50)}
free = generator.generate(everyone, 10, width=50, constrained=False, history=history).items

# %% tags=["nbval-ignore-output"]
kept_by = {width: (items[:, :, None] == exact[:, None]).any(axis=2).mean() for width, items in found.items()}
recbook.claim(
    kept_by[10] < 0.95 and kept_by[50] > 0.97,
    en="A beam of 10 finds {narrow:.0%} of the exact ten best films (rated ones among them), a beam of 50 {wide:.1%}.",
    zh="束宽为 10，能找回精确前十名的 {narrow:.0%}（其中也有评过的电影）；束宽为 50，能找回 {wide:.1%}。",
    takeaway=False, narrow=kept_by[10], wide=kept_by[50],
)

# %% tags=["nbval-ignore-output"]
nowhere = 1 - np.exp(log_p).sum(axis=1).mean()
recbook.claim(
    nowhere < 0.5 and (free < 0).mean() < 0.05,
    en="Off the tree, {nowhere:.1%} of the chance falls on addresses that no film has; among the ten best of a free beam they are "
    "{free:.1%}.",
    zh="不受树的约束时，{nowhere:.1%} 的概率落在没有电影的地址上；在自由束搜索的前十名里，占 {free:.1%}。",
    takeaway=False, nowhere=nowhere, free=(free < 0).mean(),
)

# %% [markdown] lang="en"
# So the invented film, which everybody fears of a model that generates, is no trouble for a beam of 50 here, and the tree forbids it altogether. (With 32 codes a level such a beam drops nothing at its first step; with a large codebook it would.) A sampler without the tree would invent a film about once in six. The stubborn trouble lies elsewhere.
#
# ## A film nobody saw has an address <a id="new"></a>
#
# Here lies the great promise. A film that nobody has rated has a title, so it has an address, and the model could say it tomorrow without new training. Does it? A few films of this very split have no rating to learn from (the dashed line: every film as often):

# %% [markdown] lang="zh"
# 可见，人们担心的“编造电影”，对束宽为 50 的束搜索不成问题（每层只有 32 个码，第一步什么也不会丢；码本大了就不一样）：自由采样时，每六次约有一次落空，但这些地址几乎进不了前十；沿着树走则一个也没有。真正的难题是新电影。
#
# ## 没有人看过的电影也有地址 <a id="new"></a>
#
# 语义 ID 最吸引人的是这一点。没有人评过的电影也有片名，也就有地址，模型不必重新训练，明天就能生成它。真的会吗？这份划分里就有几部电影，在训练集中没有评分（虚线表示全部电影机会均等）：

# %% tags=["nbval-ignore-output"]
counts = split.train.item_counts()
figures.where_new_films_lie(counts, np.log10(np.exp(log_p.astype(float)).mean(axis=0)))

# %% [markdown] lang="en"
# They fare no worse than films rated once, and like these they stand far below the line. But these few may deserve no better: hardly anybody ever rated them. So hide a fifth of all films on purpose, popular ones, too, as chapter 10 does, and train on the rest (stored; four epochs, since each of five sets needs several models). Each hidden film keeps its address. Two questions: what share of everybody's ten places goes to hidden films, and, ranking the hidden films alone, which method puts those on top that a user liked? Two things may help the generator: to score a film by its first codes alone (the films of one prefix then share its chance alike), and to **exchange** targets: in training half of them are replaced by another film of the same two first codes, whether anybody has met it or not. On each of the five sets an inner set, a fifth of the visible films hidden once more, chose among the eight combinations.

# %% [markdown] lang="zh"
# 它们并不比只评过一次的电影更差，也同样远低于虚线。不过这几部也许本该如此：几乎没有人评过它们。所以像第 10 章那样，有意把全部电影的五分之一藏起来，受欢迎的也藏，用其余的训练（预先存好；五组电影各要训练好几个模型，所以只训练四个轮次）。隐藏的电影保留自己的地址。要看两件事：在每人的十个位置中，隐藏的电影占多少？只在隐藏的电影之间排序，哪种方法把用户喜欢的排在前面？有两种办法也许能帮助生成模型：只按前几码打分（同一前缀的电影平分概率）；训练时**替换目标**，即一半目标换成前两码相同的另一部电影，不论有没有人评过。八种组合里选哪一种，每一组都由内层集合决定，也就是从可见的电影里再藏五分之一。

# %%
per_user = stored.on_hidden() | {"ridge on codes": stored.ridge_on_codes()}
figures.among_hidden(per_user)

# %%
places = stored.places_of_hidden()
recbook.claim(
    places["as trained"] < 0.1 * places["of all"],
    en="Hidden films are {of_all:.0%} of all films and get {said:.2%} of the ten places.",
    zh="隐藏的电影占全部电影的 {of_all:.0%}，却只得到十个位置中的 {said:.2%}。",
    takeaway=dict(
        en="A new film has an address, and still is hardly ever said: no training target ever ended there.",
        zh="新电影有地址，却几乎从不被生成：训练时，它的地址一次也没有当过目标。",
    ),
    of_all=places["of all"], said=places["as trained"],
)

# %% [markdown] lang="en"
# Why? The first code of a hidden film is that of many known films, and is learned. But further down the training data always went another way, and cross-entropy pushes down what never comes. For any other film that is a fact about taste. For this one it says only that it is new. So follow the chance code by code. If every film below a fork were said alike, each would have its even share; by pencil: of four films below a fork one has ¼, and if it gets ⅛ it has lost one bit. How many more bits does a hidden film lose than a known one? (Stored.)

# %% [markdown] lang="zh"
# 为什么？隐藏电影的第一码与许多已知的电影相同，学得到；再往下，训练数据总是走向别处，而交叉熵会压低从未出现的选项。对别的电影，这说明口味；对这一部，只说明它是新的。所以逐码比较。如果每个岔口的概率在其下各部电影之间均分，每部应得一份；笔算：岔口下有四部电影，每部应得 ¼，若只得 ⅛，就丢了一比特。隐藏的电影比已知的电影多丢多少比特？（预先存好。）

# %%
lost = stored.lost_by_code()
recbook.claim(
    lost[2] == lost.max() and lost[0] < 0.2,
    en="Against known films hidden ones lose {first:.1f} bits at the first code, {second:.1f} at the second, {third:.1f} at the third and {last:.1f} at the last.",
    zh="与已知的电影相比，隐藏的电影在第一码丢掉 {first:.1f} 比特，第二码 {second:.1f}，第三码 {third:.1f}，末码 {last:.1f}。",
    takeaway=False, first=lost[0], second=lost[1], third=lost[2], last=lost[3],
)

# %% [markdown] lang="en"
# The town is found; the way to the house gets lost, most of all at the third code. That is what exchanged targets are for: the street no longer looks empty. But the new film's address must be known when one trains, so "tomorrow without new training" is given up.

# %% [markdown] lang="zh"
# 城市找得到，往下却走丢了，第三码丢得最多。替换目标正是为此：让这条街不再显得空着。不过训练时就必须知道新电影的地址，“不必重新训练，明天就能生成”也就放弃了。

# %%
from recbook.evaluation.compare import bootstrap_over_sets

gain = bootstrap_over_sets(per_user["exchanged"], per_user["as trained"])
recbook.claim(
    gain.low > 0 and places["exchanged"] > 3 * places["as trained"],
    en="With exchanged targets (which the inner sets did not pick every time) hidden films get {share:.1%} of the places, and among themselves they are found better, by {low:.3f} to "
    "{high:.3f}.",
    zh="替换目标之后，隐藏的电影得到 {share:.1%} 的位置；只在它们之间排序，也提高了 {low:.3f} 到 {high:.3f}。",
    takeaway=False, share=places["exchanged"], low=gain.low, high=gain.high,
)

# %%
exchanged = stored.report(recbook.stored("generative")["results"]["codes"]["exchanged, 8 epochs"])
price = semantic.difference(exchanged, "ndcg@10")
recbook.claim(
    price.low > 0,
    en="On the test films of all users it costs {low:.3f} to {high:.3f}: NDCG@10 is {exchanged:.3f} with exchanged targets, {plain:.3f} without.",
    zh="在全部用户的测试电影上要付代价，{low:.3f} 到 {high:.3f}：替换目标时 NDCG@10 是 {exchanged:.3f}，不替换是 {plain:.3f}。",
    takeaway=False, low=price.low, high=price.high, exchanged=exchanged["ndcg@10"], plain=semantic["ndcg@10"],
)

# %%
by_choice = bootstrap_over_sets(per_user["chosen"], per_user["as trained"])
recbook.claim(
    by_choice.high < 0,
    en="What the inner sets chose (on some sets exchange, on some fewer codes) did harm on the hidden films themselves: {low:+.3f} to {high:+.3f} "
    "against the plain generator.",
    zh="内层选出的设置（有的组是替换目标，有的组是少用几码）在真正隐藏的电影上反而更差：与普通的生成模型相比，差为 {low:+.3f} 到 {high:+.3f}。",
    takeaway=False, low=by_choice.low, high=by_choice.high,
)

# %%
after_12 = stored.on_hidden_longer()
by_training = bootstrap_over_sets(per_user["as trained"], after_12["as trained"])
recbook.claim(
    by_training.low > 0 and np.nanmean(after_12["exchanged"]) < np.nanmean(per_user["exchanged"]),
    en="Nor were four epochs too few: trained three times as long, the generator finds hidden films worse, by {low:.3f} to {high:.3f}; with exchanged targets it falls to {exchanged:.3f}.",
    zh="也不是四个轮次太少：训练三倍的时间，隐藏的电影反而找得更差，低 {low:.3f} 到 {high:.3f}；替换目标时也降到 {exchanged:.3f}。",
    takeaway=False, low=by_training.low, high=by_training.high, exchanged=np.nanmean(after_12["exchanged"]),
)

# %%
short_of = bootstrap_over_sets(per_user["ridge on titles"], per_user["exchanged"])
recbook.claim(
    short_of.low > 0,
    en="Ridge regression on title, year and genres (chapter 10) has {titles:.3f} on hidden films, {low:.3f} to {high:.3f} above the repaired generator.",
    zh="在隐藏的电影上，用片名、年份和类型的岭回归（第 10 章）达到 {titles:.3f}，比修补后的生成模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, titles=np.nanmean(per_user["ridge on titles"]), low=short_of.low, high=short_of.high,
)

# %%
same_knowledge = bootstrap_over_sets(per_user["ridge on codes"], per_user["exchanged"])
by_rounding = bootstrap_over_sets(per_user["ridge on titles"], per_user["ridge on codes"])
recbook.claim(
    by_rounding.low > same_knowledge.low > 0,
    en="The same regression on the three codes alone has {codes:.3f}: the codes lose much of the text, and still it leads the generator by {low:.3f} to {high:.3f}.",
    zh="同样的回归只用三个码，为 {codes:.3f}：编码丢掉了文本的许多内容；即便如此，它仍比生成模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, codes=np.nanmean(per_user["ridge on codes"]), low=same_knowledge.low, high=same_knowledge.high,
)

# %% [markdown] lang="en"
# So the gap has two parts. The larger is the address itself: it rounds a vector of 384 numbers off to three codes, and the regression on titles still has them all. The smaller is all else in which a generator differs from a regression. (One inner set a choice may have been too few for the choice above; chapter 10 takes three, and so do these regressions.) Others differ: TIGER's authors report good results for new items, with a setting that says how much of the list new items may take; Yang et al. (2024) compared fairly, found generative retrieval behind dense retrieval above all on new items, and joined the two.
#
# Is that a verdict on generators? Not on their idea: with a catalogue of a billion, a small table and a beam should be worth more than on 1,682 films, and no log of this size can test that ([HSTU and scaling](#hstu)). But "new films for free" did not hold here, and should be measured wherever it is promised.

# %% [markdown] lang="zh"
# 可见差距有两部分。较大的一部分在地址本身：它把 384 维的向量量化成三个码，而用片名的回归用的是完整的向量。较小的一部分，来自两种模型的其他差别。（上面每次选择只靠一组内层电影，可能太少；第 10 章用三组，这两个回归也是。）已有的结果并不一致：TIGER 的作者报告新物品效果不错，但要用一个参数限定新物品在列表中的最高占比；Yang et al.（2024）做了公平的比较，发现生成式检索落后于稠密检索（dense retrieval），新物品上尤其如此，于是把两者结合起来。
#
# 能因此否定生成式推荐吗？不能否定它的思路：有十亿件商品时，一张小表加一次束搜索，价值应当比在 1,682 部电影上大，而这么小的日志检验不了这一点（[HSTU 与规模](#hstu)）。但“新电影不花代价就能推荐”在这里没有兑现；凡有这样的承诺，都要实测。

# %% [markdown] lang="en"
# The core ends here. Behind the quiz stand: how a text is [continued](#continue), what the language model [knows of films](#know), its [vectors](#vectors), [LoRA](#lora), and more on codes: a [plain GPT](#plain), [learned codes](#rq-vae), [histories unmasked](#unmasked), [HSTU](#hstu) and the [shop](#shop).

# %% [markdown] lang="zh"
# 核心部分到此结束。小测之后还有：文字怎样[续写](#continue)，语言模型[知道哪些电影](#know)，它的[向量](#vectors)，[LoRA](#lora)；关于编码还有：[普通的 GPT](#plain)、[学出来的编码](#rq-vae)、[不屏蔽历史](#unmasked)、[HSTU](#hstu) 和[商店](#shop)。

# %% [markdown] lang="en"
# ## Takeaways
#
# {takeaways}
#
# ## Quiz

# %% [markdown] lang="zh"
# ## 小结
#
# {takeaways}
#
# ## 小测

# %% quiz="generative"
recbook.quiz("generative")

# %% [markdown] lang="en"
# ## Your progress

# %% [markdown] lang="zh"
# ## 你的进度

# %% tags=["nbval-ignore-output"]
recbook.progress("generative")

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Continue a text <a id="continue"></a>
#
# *Adds: how a model that continues a text is trained, and how a text is drawn from it.*
#
# A sentence of four tokens stands for billions: *I liked toy story*. In one pass the model gives, at each place, probabilities for the next token; the **causal mask** of chapter 04 keeps every place from looking ahead, so all four are honest guesses (before the first stands a start token). The loss is the mean of $-\log P$ of what really came. By pencil, with logarithms to base 2, the four right tokens have probabilities ½, ¼, ⅛ and ¼: they lose 1, 2, 3 and 2 bits, 2 on average. $2^2 = 4$ is the **perplexity**: the model was as unsure as among four equally likely tokens. (Another base gives the same, if both use it.)

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 续写文字 <a id="continue"></a>
#
# **本节补充**：续写文字的模型怎样训练，怎样从中采样。
#
# 用一句四个词元的话代表几十亿句：*I liked toy story*（我喜欢玩具总动员）。模型读一遍，在每个位置给出下一个词元的概率；第 04 章的**因果掩码**（causal mask）使每个位置都看不到后面，所以四次都是真的预测（开头另有一个起始词元）。损失是实际出现的词元的 $-\log P$ 的平均。笔算，以 2 为底，四个正确词元的概率是 ½、¼、⅛、¼：损失 1、2、3、2 比特，平均 2。$2^2 = 4$ 就是**困惑度**（perplexity）：相当于在四个同样可能的词元里选（换成别的底数，只要两处一致，结果不变）。

# %%
shares = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 4])
loss = -np.log2(shares).mean()
loss, 2**loss

# %% [markdown] lang="en"
# To write, one token is drawn, put behind the text, and the model is asked again. A **temperature** $T$ divides the logits $z$ before the softmax, and **top-k** keeps only the $k$ largest:
#
# $$P(t) = \frac{e^{z_t / T}}{\sum_{u \in K} e^{z_u / T}} \quad (t \in K), \qquad P(t) = 0 \quad (t \notin K)$$
#
# where $K$ are the $k$ tokens with the largest $z$. By pencil: logits $\log 4, \log 2, \log 1$ stand for shares 4 : 2 : 1. At $T = \frac12$ they become 16 : 4 : 1. With $k = 2$ at $T = 1$, the shares are ⅔, ⅓ and 0. $T \to 0$ is **greedy**: always the most probable. Stored, for the list at the chapter's beginning (without top-k):

# %% [markdown] lang="zh"
# 生成时，按概率采样一个词元，接在后面，再问一次模型。logits $z$ 先除以**温度** $T$，再做 softmax；**top-k** 只留最大的 $k$ 个，其余的概率为 0：
#
# $$P(t) = \frac{e^{z_t / T}}{\sum_{u \in K} e^{z_u / T}} \quad (t \in K), \qquad P(t) = 0 \quad (t \notin K)$$
#
# 其中 $K$ 是 $z$ 最大的 $k$ 个词元。笔算：logits 为 $\log 4, \log 2, \log 1$，即 4 : 2 : 1。$T = \frac12$ 时变成 16 : 4 : 1。$T = 1$、$k = 2$ 时，概率是 ⅔、⅓ 和 0。$T \to 0$ 就是**贪心解码**（greedy）：每次都取最可能的。下面是本章开头的列表的结果（预先存好；没有用 top-k）：

# %%
figures.next_tokens({heat: [tuple(pair) for pair in likely] for heat, likely in kept["said"][", ".join(liked)]["next"].items()})

# %% [markdown] lang="en"
# **Exercise 7.** Write the formula of $P(t)$ above. ({points})

# %% [markdown] lang="zh"
# **练习 7** 把上面 $P(t)$ 的公式写成代码。（{points}）

# %% exercise="generative-temperature" points=2
def next_token_probabilities(logits, temperature, k):
    """en: Probabilities (n,) of the next token: of the k largest logits (n,) at a temperature above 0, 0 for the others; k is at most n, and no two logits are equal.
    zh: 下一个词元的概率 (n,)：在某个大于 0 的温度下只留 logits (n,) 中最大的 k 个，其余为 0；k 不大于 n，各 logits 互不相同。"""
    ### BEGIN SOLUTION
    kept = np.argsort(-logits)[:k]
    powers = np.zeros(len(logits))
    powers[kept] = np.exp((logits[kept] - logits.max()) / temperature)
    return powers / powers.sum()
    ### END SOLUTION

# %% check="generative-temperature"
recbook.check("generative-temperature", next_token_probabilities)

# %% [markdown] lang="en"
# ### Does it know films? <a id="know"></a>
#
# *Adds: what the model has read. Does it know the data set's files by heart? Three probes, all stored.*
#
# **Titles.** After "I watched the film": the perplexity of 40 titles that are rated most, of 40 that are rated 5 to 19 times, and of invented twins of both: as many words, taken from other titles. (The diamonds are geometric means. A value above the number of tokens in the vocabulary is worse than guessing blindly.)

# %% [markdown] lang="zh"
# ### 模型知道哪些电影？ <a id="know"></a>
#
# **本节补充**：这个模型读过什么。它会不会背下了数据集的文件？三种检验，都是预先存好的。
#
# **片名。** 在 “I watched the film”（我看了电影）之后，比较四组片名的困惑度：评分最多的 40 个，评分 5 到 19 次的 40 个，再各配一组编造的片名，词数相同，词取自别的片名。（菱形是几何平均；困惑度若高于词表（vocabulary）里的词元个数，就比瞎猜还差。）

# %%
groups = {name: np.array(kept["perplexity"][name]) for name in ("much rated", "much rated, invented", "little rated", "little rated, invented")}
figures.perplexities(groups)

# %%
log_means = {name: values.mean() for name, values in groups.items()}
times_much, times_little = (np.exp(log_means[f"{name}, invented"] - log_means[name]) for name in ("much rated", "little rated"))
recbook.claim(
    bootstrap(groups["much rated, invented"] - groups["much rated"]).low > 0 and times_much > times_little,
    en="A much rated title has perplexity {much:.0f}, a little rated one {little:.0f}. Their twins have {times_much:.0f} and {times_little:.0f} times as much (geometric means).",
    zh="评分多的片名困惑度为 {much:.0f}，评分少的为 {little:.0f}；编造的片名分别是它们的 {times_much:.0f} 倍和 {times_little:.0f} 倍（几何平均）。",
    takeaway=False, much=np.exp(log_means["much rated"]), little=np.exp(log_means["little rated"]), times_much=times_much, times_little=times_little,
)

# %% [markdown] lang="en"
# The twins are word salad, so part of their perplexity is grammar. That real titles differ by fame is not: those are titles, too.
#
# **Years.** What year does the model write after `Toy Story (`? It was asked for the 20 films rated most. To guess one and the same year for all is the baseline.

# %% [markdown] lang="zh"
# 编造的片名是胡乱拼凑的，所以困惑度里有一部分来自语法。真片名之间因名气而不同，则与语法无关：两组都是片名。
#
# **年份。** 在 `Toy Story (` 之后，模型会写出哪一年？问了评分最多的 20 部电影。对所有电影都猜同一个年份，是基线。

# %%
written, true_years = np.array(kept["years"]["form"]), np.array(kept["years"]["right"])
commonest = int(np.unique(true_years, return_counts=True)[1].max())
recbook.claim(
    (written == true_years).sum() < commonest,
    en="Of {films} years it writes {correct} right; always the commonest year, {commonest}.",
    zh="{films} 个年份中，它写对了 {correct} 个；总猜最常见的年份，对 {commonest} 个。",
    takeaway=False, films=len(true_years), correct=int((written == true_years).sum()), commonest=commonest,
)

# %% [markdown] lang="en"
# **The file itself.** The data set's list of films is public: a model that has it by heart goes on from the first line. Below stand what the model wrote and what really comes next.

# %% [markdown] lang="zh"
# **文件本身。** 数据集的电影表是公开的：背下了它的模型，能从第一行接着往下写。下面依次是：提示词（第一行）、模型的续写、真正的第二行。

# %%
line = kept["lines"]
print(line["prompt"], line["written"], sep="\n")
print("\n" + line["true"])

# %%
recbook.claim(
    line["written"] != line["true"],
    en="It keeps the form and writes the first film again. Among {among} films, the true next one, GoldenEye, is at place {line} after that line, and at {none} without it.",
    zh="格式没有变，内容却重复了第一部。按似然给 {among} 部电影排序，真正的下一部 GoldenEye（《黄金眼》）有第一行时排第 {line}，没有时排第 {none}。",
    takeaway=False, among=line["among"], line=line["ranks"]["line"], none=line["ranks"]["none"],
)

# %% [markdown] lang="en"
# So fame is known here, and this one line did not bring the file out. (That GoldenEye moves up after the line is one film, and no proof of more.) For large models the opposite is reported (Di Palma et al. 2025, [above](#others)): they recite many rows of MovieLens-1M. Then a good score on it may be memory, and a log from after the model's training tells more.

# %% [markdown] lang="zh"
# 可见，片名的名气有所反映；电影表没有续写出来（只试了一行）。（GoldenEye 在这一行之后名次上升，只是一部电影，不足为证。）对大模型的报告正相反（Di Palma et al. 2025，见[上文](#others)）：它们能背出 MovieLens-1M 的许多行。那样的话，高分可能来自记忆，训练截止之后产生的日志更能说明问题。

# %% [markdown] lang="en"
# ### Its vectors <a id="vectors"></a>
#
# *Adds: another use. Leave the words, take the vectors inside.*
#
# Each of the 30 layers gives every token of a title 576 numbers; layer 0 is the table of tokens. Take the mean over a title's tokens, layer by layer, and look at the cosine of two titles:

# %% [markdown] lang="zh"
# ### 语言模型内部的向量 <a id="vectors"></a>
#
# **本节补充**：另一种用法。不用它生成的文字，只取它内部的向量。
#
# 30 层中的每一层，都为片名的每个词元给出一个 576 维的向量；第 0 层是词元嵌入。对片名的词元取平均，一层一层地看两个片名的余弦：

# %%
insides, layers = kept["cosines"], recbook.stored("language_model")["settings"]["layers"]
parts = {"all tokens": insides["some, mean"], "first token": insides["some, first"], "other tokens": insides["some, rest"]}
figures.sink(layers, {name: parts[name]["raw"] for name in ("all tokens", "other tokens")},
             {name: parts[name]["length"] for name in ("first token", "other tokens")})

# %%
middle = layers.index(15)
recbook.claim(
    parts["all tokens"]["raw"][middle] > parts["other tokens"]["raw"][middle] + 0.05,
    en="In layer 15 two titles have a mean cosine of {all_tokens:.3f}, and of {others:.3f} without the first token, whose vector is {times:.0f} times as long as the mean of the others.",
    zh="在第 15 层，两个片名的平均余弦是 {all_tokens:.3f}；去掉第一个词元后是 {others:.3f}，而第一个词元的向量长度是其余平均的 {times:.0f} 倍。",
    takeaway=False, all_tokens=parts["all tokens"]["raw"][middle], others=parts["other tokens"]["raw"][middle],
    times=parts["first token"]["length"][middle] / parts["other tokens"]["length"][middle],
)

# %% [markdown] lang="en"
# Why? The causal mask lets the first token see nothing but itself. Decoders use it as a place to look at when there is nothing to look for, an **attention sink** (Xiao et al. 2024; Gu et al. 2025 find it in small models, too), and here its vector is huge and nearly the same for every title. A mean over tokens is mostly that vector. (What remains without it still points much one way: anisotropy, as in chapter 05.) Two cures: put words in front (`The film "Toy Story" is a`, and take the last token, which has seen the title), and **standardise** each of the 576 columns over the films, so that no few of them decide a cosine.
#
# Now the test of chapter 10: a fifth of the films is hidden, five times, and ranked by a kernel ridge on the vectors. Text, layer and penalty are chosen on inner sets, films hidden once more from what is visible; MiniLM chooses its penalty there, too.

# %% [markdown] lang="zh"
# 为什么？因果掩码使第一个词元只看得到自己。没有什么值得关注时，注意力就落在它上面，这叫**注意力汇**（attention sink；Xiao et al. 2024，Gu et al. 2025 在小模型中也发现了它）；这里它的向量极大，而且对每个片名几乎都一样。对词元取平均，得到的主要就是它。（去掉它之后，余下的仍偏向同一侧，即第 05 章的各向异性（anisotropy）。）两种办法：在前面加几个词（`The film "Toy Story" is a`，取最后一个词元，它已读过片名）；把 576 列各自在全部电影上**标准化**，使少数几列不能左右余弦。
#
# 然后做第 10 章的测试：藏起五分之一的电影，共五次，用这些向量上的核岭回归排序。文本、层和正则化系数都在内层集合上选，也就是从可见的电影里再藏一次；MiniLM 的正则化系数也在那里选。

# %%
cold = kept["hidden"]
figures.hidden_films(cold["ndcg"])

# %%
low, high = cold["MiniLM less language model"]
recbook.claim(
    min(cold["ndcg"]["language model"]) > max(cold["ndcg"]["raw"]),
    en="On the hidden films MiniLM reaches {minilm:.3f}, the language model's vectors {model:.3f} (MiniLM less these: {low:+.3f} to {high:+.3f}).",
    zh="在隐藏的电影上，MiniLM 达到 {minilm:.3f}，语言模型的向量达到 {model:.3f}（MiniLM 减后者：{low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, minilm=np.mean(cold["ndcg"]["MiniLM"]), model=np.mean(cold["ndcg"]["language model"]), low=low, high=high,
)

# %%
inner_choices = [one["kernel"].split(", ") for one in cold["chosen"]["language model"]]
in_sentence = sum(text == "sentence" for text, *_ in inner_choices)
recbook.claim(
    in_sentence >= 3,
    en="The inner sets chose the last token of the sentence in {in_sentence} of 5 cases; the raw mean of layer 15 reaches only {raw:.3f}.",
    zh="内层集合在 5 组中有 {in_sentence} 组选了整句的最后一个词元；第 15 层的原始平均只有 {raw:.3f}。",
    takeaway=False, in_sentence=in_sentence, raw=np.mean(cold["ndcg"]["raw"]),
)

# %% [markdown] lang="en"
# So a model that was never trained to compare texts holds good vectors of titles, if one knows where to look: between the raw mean and what the inner sets chose lies more than between the two models. That is why such a choice belongs on inner sets.

# %% [markdown] lang="zh"
# 可见，没有专门训练过文本相似度的模型，内部也有好的片名向量，关键在于取哪一层、哪个词元：原始平均与内层选出的向量之间的差距，比两个模型之间的差距还大。所以这种选择要在内层集合上做。

# %% [markdown] lang="en"
# ### LoRA by hand <a id="lora"></a>
#
# *Adds: how a pretrained network is fine-tuned by training few new numbers, as large language models are.*
#
# [Chapter 05](05_features.ipynb#code) fine-tunes MiniLM in three ways; this is a fourth. Of those three, training the last layer ranked new films best, but every number of it had to be trained: whoever tunes for fifty countries keeps fifty layers, and with a large language model that is no small matter. Does a weight need so much freedom? **LoRA** (low-rank adaptation, Hu et al. 2022) freezes the weight $W$, and trains a correction beside it that is a product of two thin matrices. It is the best known way of **parameter-efficient fine-tuning** (PEFT; so the library's name, `peft`).
#
# By pencil, with matrices as thin as can be:
#
# $$W = \begin{pmatrix} 2 & 0 \\ 1 & 1 \end{pmatrix}, \quad A = \begin{pmatrix} 1 & 2 \end{pmatrix}, \quad B = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad x = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$$
#
# $W$ makes of $x$ the vector $(2, 2)$. $A$ makes of $x$ one number, $1 + 2 = 3$, and $B$ makes of that $(3, -3)$. Together: $(5, -1)$. One may also multiply first. Then $B A$ has the rows $(1, 2)$ and $(-1, -2)$, each a multiple of $A$: that is what **rank** 1 means. $W + B A$ has the rows $(3, 2)$ and $(0, -1)$, and makes of $x$ the same $(5, -1)$.

# %% [markdown] lang="zh"
# ### 手写 LoRA <a id="lora"></a>
#
# **本节补充**：怎样只训练少量新参数来微调（fine-tuning）预训练网络；大语言模型也这样微调。
#
# [第 05 章](05_features.ipynb#code)用三种方式微调 MiniLM，这里是第四种。三种之中，训练最后一层时新电影的排序最好，但整层参数都要训练：为五十个国家各微调一次，就要存五十份整层参数；换成大语言模型，这个数目就很可观了。一个权重矩阵真的需要这么多自由度吗？**低秩适配**（low-rank adaptation，LoRA；Hu et al. 2022）冻结权重 $W$，只在旁边训练一个修正项，它是两个窄矩阵（即低秩矩阵）的乘积。这是最常用的**参数高效微调**（parameter-efficient fine-tuning，PEFT；`peft` 库由此得名）。
#
# 先笔算，取最窄的矩阵：
#
# $$W = \begin{pmatrix} 2 & 0 \\ 1 & 1 \end{pmatrix}, \quad A = \begin{pmatrix} 1 & 2 \end{pmatrix}, \quad B = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad x = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$$
#
# $W$ 把 $x$ 变成 $(2, 2)$。$A$ 把 $x$ 变成一个数，$1 + 2 = 3$，$B$ 再把这个数变成 $(3, -3)$。合起来是 $(5, -1)$。也可以先做乘法：$B A$ 的两行是 $(1, 2)$ 和 $(-1, -2)$，每一行都是 $A$ 的倍数，这就是**秩**（rank）为 1 的意思。$W + B A$ 的两行是 $(3, 2)$ 和 $(0, -1)$，作用在 $x$ 上，得到同样的 $(5, -1)$。

# %%
small_W, small_A, small_B = np.array([[2, 0], [1, 1]]), np.array([[1, 2]]), np.array([[1], [-1]])
one_x = np.array([1, 1])
print(small_W @ one_x + small_B @ (small_A @ one_x), (small_W + small_B @ small_A) @ one_x)

# %% [markdown] lang="en"
# In general, for a layer that makes $d'$ numbers of $d$:
#
# $$h = W x + b + \frac{\alpha}{r} \, B A x$$
#
# where $x \in \mathbb{R}^{d}$ is the input, $W \in \mathbb{R}^{d' \times d}$ and $b \in \mathbb{R}^{d'}$ are the layer's weight and bias, both frozen; $A \in \mathbb{R}^{r \times d}$ and $B \in \mathbb{R}^{d' \times r}$ are trained; $r$ is the rank, far below $d$ and $d'$; and $\alpha$ is a fixed number that says how much the correction weighs. We take $\alpha = r$, so the factor is 1.
#
# $A$ begins at random and $B$ at zero. So $B A$ is zero, and training begins at the very model that was published. (Not both at zero: the gradient of each is multiplied by the other, so neither would ever move.) As code:

# %% [markdown] lang="zh"
# 一般地，对一个输入 $d$ 维、输出 $d'$ 维的线性层：
#
# $$h = W x + b + \frac{\alpha}{r} \, B A x$$
#
# 其中 $x \in \mathbb{R}^{d}$ 是输入；$W \in \mathbb{R}^{d' \times d}$ 和 $b \in \mathbb{R}^{d'}$ 是该层的权重和偏置，都冻结；$A \in \mathbb{R}^{r \times d}$ 和 $B \in \mathbb{R}^{d' \times r}$ 可训练；$r$ 是秩，远小于 $d$ 和 $d'$；$\alpha$ 是一个固定的数，控制修正项的大小。这里取 $\alpha = r$，所以系数是 1。
#
# $A$ 随机初始化，$B$ 从零开始。于是 $B A$ 为零，训练的起点就是原来的预训练模型。（不能两个都从零开始：每一个的梯度都要乘以另一个，那样谁也动不了。）写成代码：

# %%
from torch import nn


class LoRA(nn.Module):
    def __init__(self, frozen, rank=8):
        super().__init__()
        self.frozen = frozen.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(rank, frozen.in_features) / frozen.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(frozen.out_features, rank))

    def forward(self, x):  # (..., d) to (..., d')
        return self.frozen(x) + x @ self.A.T @ self.B.T

# %% [markdown] lang="en"
# What the figure shows is why this is cheap: a strip of 8 beside a side of 384. We wrap what makes queries and values (chapter 04) in MiniLM's last two layers, four weights in all; the bars count what is trained, beside the ways of chapter 05.

# %% [markdown] lang="zh"
# 下图说明为什么便宜：边长 384 的方块旁边，是宽 8 的细条。我们给 MiniLM 最后两层里产生查询和值的权重（第 04 章）加上窄矩阵，一共四个权重矩阵。条形图比较可训练参数的个数，旁边是第 05 章的几种方式。

# %%
# en: What this section has stored (recbook experiment lora), and what chapter 05 has.
# zh: 本节存好的结果（recbook experiment lora），以及第 05 章存好的结果。
adapted = recbook.stored("lora")["results"]
three_depths = recbook.stored("features")["results"]["tuning"]
moving = {depth: three_depths[depth]["warm"]["trainable"] for depth in ("linear", "mlp", "layer")}
figures.thin_matrices({"lora": adapted["costs"]["lora"]["trainable"]} | moving)

# %% [markdown] lang="en"
# **Exercise 8.** The forward pass with any $\alpha$, for rows of tokens. ({points})

# %% [markdown] lang="zh"
# **练习 8** 对任意 $\alpha$，写出前向传播，输入的每一行是一个词元的向量。（{points}）

# %% exercise="generative-lora-forward" points=1
def lora_forward(x, W, A, B, alpha):
    """en: The outputs (n, d_out) of a layer without bias for the tokens x (n, d): frozen weight
    en: W (d_out, d), thin matrices A (rank, d) and B (d_out, rank), scale alpha / rank.
    zh: 一个没有偏置的层对词元 x (n, d) 的输出 (n, d_out)：冻结的权重 W (d_out, d)，
    zh: 窄矩阵 A (rank, d) 和 B (d_out, rank)，缩放系数 alpha / rank。"""
    ### BEGIN SOLUTION
    return x @ W.T + alpha / len(A) * (x @ A.T @ B.T)
    ### END SOLUTION

# %% check="generative-lora-forward"
recbook.check("generative-lora-forward", lora_forward)

# %% [markdown] lang="en"
# Now to MiniLM. The four layers below the last two stay as they are, so they run once for all titles. `lora.add` does to a whole model what the class above does to one layer. Do the two agree, and does the tower begin as MiniLM's own vectors? (About 10 seconds.)

# %% [markdown] lang="zh"
# 现在用到 MiniLM 上。最后两层下面的四层不变，所以对全部片名只跑一次。`lora.add` 对整个模型做的事，就是上面的类对一个层做的事。下面核对两点：`lora.add` 与上面的类结果是否一致；训练之前，输出是否就是 MiniLM 的向量。（大约 10 秒。）

# %%
import copy

from recbook.models import contrastive
from recbook.text import lora

centre = encoder.encode(titles).mean(axis=0)
states, top_two = contrastive.states_below(titles, encoder, 2)  # (films, tokens, 384)


def frozen_tower():
    return contrastive.TopLayer(top_two, states, centre)


def lora_tower():
    return lora.add(frozen_tower(), ["query", "value"], rank=8)

# %%
ours, its = LoRA(copy.deepcopy(top_two[0].query)), lora.LoRALinear(copy.deepcopy(top_two[0].query))
nn.init.normal_(its.B)
ours.load_state_dict(its.state_dict())
with torch.inference_mode():
    some = states.tokens[0]
    print((ours(some) - its(some)).abs().max().item() < 1e-5)
    every = torch.arange(len(titles))
    before = frozen_tower()(every)
    print((lora_tower()(every) - before).abs().max().item() < 1e-6)

# %% [markdown] lang="en"
# Twice yes. Now 20 steps with chapter 05's contrastive loss, about 7 seconds. When training is done, the thin matrices need not stay: `lora.merge` puts $W + \frac{\alpha}{r} B A$ in the place of $W$, and the layer is plain again, as fast as before. What is printed: have the vectors moved, and are they the same after merging?

# %% [markdown] lang="zh"
# 两点都成立。现在用第 05 章的对比损失训练 20 步，大约 7 秒。训练完，窄矩阵不必留着：`lora.merge` 用 $W + \frac{\alpha}{r} B A$ 换下 $W$，层又成了普通的层，和原来一样快。打印两项：训练后向量是否变了，合并前后是否一致。

# %%
fit = contrastive.Contrastive(lora_tower, steps=20, rate=1e-3, temperature=0.2).fit(split.train)
after = torch.tensor(fit.vectors_)
with torch.inference_mode():
    merged = lora.merge(copy.deepcopy(fit.tower_))(every)
print((after - before).abs().max().item() > 0.01, (merged - after).abs().max().item() < 1e-5)

# %% [markdown] lang="en"
# **Exercise 9.** Merge by hand. ({points})

# %% [markdown] lang="zh"
# **练习 9** 动手合并。（{points}）

# %% exercise="generative-lora-merge" points=1
def merged_weight(W, A, B, alpha):
    """en: The one weight (d_out, d) that does alone what W (d_out, d), A (rank, d) and B (d_out, rank)
    en: do together, with the scale alpha / rank.
    zh: 一个权重 (d_out, d)，单独就等于 W (d_out, d)、A (rank, d)、B (d_out, rank)
    zh: 合起来的作用，缩放系数 alpha / rank。"""
    ### BEGIN SOLUTION
    return W + alpha / len(A) * (B @ A)
    ### END SOLUTION

# %% check="generative-lora-merge"
recbook.check("generative-lora-merge", merged_weight)

# %% [markdown] lang="en"
# ### What LoRA saves <a id="lora-saves"></a>
#
# *Adds: what it costs to train and to keep (stored, `recbook experiment lora`, on one thread).*
#
# Adam keeps two more numbers for each that is trained (chapter 07), and the file holds those that were. **Last two layers** are the same two, trained in full:

# %% [markdown] lang="zh"
# ### LoRA 省下什么 <a id="lora-saves"></a>
#
# **本节补充**：训练和保存的代价（预先存好，`recbook experiment lora`，单线程）。
#
# Adam 为每个可训练参数另存两个数（第 07 章），文件里只存训练过的参数。**最后两层**就是同样的两层，但整层训练：

# %%
costs = adapted["costs"]
rows = [(plots.name(depth), f"{one['trainable']:,}", f"{one['stored bytes'] / 1000:,.0f}", f"{one['optimiser bytes'] / 1000:,.0f}",
         f"{one['seconds a step']:.2f}") for depth, one in costs.items()]
plots.table(pd.DataFrame(rows, columns=["tuned", "numbers that move", "stored, kB", "optimiser, kB", "seconds a step"]))

# %%
thin, full = costs["lora"], costs["layer"]
share, slower = thin["stored bytes"] / full["stored bytes"], thin["seconds a step"] / full["seconds a step"]
recbook.claim(
    share < 0.02 and 1 < slower < 3 and thin["seconds a step"] < costs["two layers"]["seconds a step"],
    en="LoRA on two layers keeps a file of {file_kb:.0f} kB, {share:.1%} of what the last layer in full needs; a step takes "
    "{slower:.1f} times as long as one of that layer, and {of_two:.0%} of one of the same two layers in full.",
    zh="两层上的 LoRA 只需存 {file_kb:.0f} kB，是整个最后一层的 {share:.1%}；每步时间却是它的 {slower:.1f} 倍；与整层训练同样的两层相比，则是 {of_two:.0%}。",
    takeaway=dict(
        en="LoRA saves storage and the optimiser's memory far more than time: the layers still compute, forward and backward.",
        zh="LoRA 省的主要是存储和优化器的内存；时间省得有限，因为前向和反向仍要经过每一层。",
    ),
    file_kb=thin["stored bytes"] / 1000, share=share, slower=slower, of_two=thin["seconds a step"] / costs["two layers"]["seconds a step"],
)

# %% [markdown] lang="en"
# Why not a hundredth of the time? Forward, $W$ still multiplies every token. Backward, the gradient has to pass through both layers to reach the thin matrices; only the gradients of the frozen weights themselves are left out, and that is what a step is quicker by than one of the same two layers in full. With a model of billions of numbers, whose gradients and optimiser do not fit into memory, the saving decides whether one can train at all; with MiniLM it decides how many versions fit on a disk.

# %% [markdown] lang="zh"
# 为什么时间没有跟着降到百分之一？前向时，$W$ 仍要乘每一个词元。反向时，梯度要穿过两层才能到达窄矩阵；省掉的只是各个冻结权重的梯度，比整层训练同样的两层快，就快在这里。模型有几十亿参数时，梯度和优化器状态装不进内存（显存），这点节省决定能不能训练；对 MiniLM，这只关系到磁盘上能放多少个版本。

# %% [markdown] lang="en"
# ### Is it as good? <a id="lora-good"></a>
#
# *Adds: the judgement, as in [chapter 05](05_features.ipynb#code), with five sets of new films, 100 steps, rate and temperature chosen among six settings on two other sets.*
#
# LoRA's rates are ten times those of the full layer, as Schulman et al. (2025) advise. The same authors advise LoRA on all weights and find it weaker on attention alone; here only queries and values have it. The intervals are LoRA's NDCG@10 less that of the other, paired by user (stored):

# %% [markdown] lang="zh"
# ### 效果一样好吗？ <a id="lora-good"></a>
#
# **本节补充**：评测同[第 05 章](05_features.ipynb#code)：五组新电影，训练 100 步；学习率和温度系数有六种搭配，在另外两组新电影上选出。
#
# LoRA 的学习率取整层训练的十倍，这是 Schulman et al. (2025) 的建议。他们还建议给所有权重都加 LoRA，并发现只加在注意力上效果较差；这里只加在查询和值上。区间是 LoRA 高出另一种方式的 NDCG@10（按用户配对，预先存好）：

# %%
on_new = adapted["hidden"]["judged"]
rows = [(plots.name("lora"), np.mean(on_new["ndcg"]["lora"]), "–", "–")]
for depth, less in on_new["lora less"].items():
    rows.append((plots.name(depth), np.mean(on_new["ndcg"][depth]), plots.ends(*less["interval"], sign=True), less["won"]))
in_full = adapted["two layers"]["judged"]
rows.append((plots.name("two layers"), np.mean(in_full["ndcg"]), plots.ends(*in_full["lora less"], sign=True), in_full["won"]))
plots.table(pd.DataFrame(rows, columns=["tuned", "NDCG@10, new films", "LoRA less it", "LoRA ahead on"]))

# %%
over_layer = on_new["lora less"]["layer"]
recbook.claim(
    over_layer["interval"][0] > 0 and over_layer["won"] == 3,
    en="On new films LoRA leads the last layer in full by {lead} NDCG@10 (interval over users, which leaves out how sets differ), but on {won} of the five sets only.",
    zh="在新电影上，LoRA 的 NDCG@10 比整个最后一层高 {lead}（按用户算的区间，不含各组之间的差别），但五组里只在 {won} 组领先。",
    takeaway=False,
    lead=plots.ends(*over_layer["interval"]), won=over_layer["won"],
)

# %%
recbook.claim(
    np.mean(in_full["ndcg"]) - np.mean(on_new["ndcg"]["layer"]) > np.mean(on_new["ndcg"]["lora"]) - np.mean(in_full["ndcg"]) > 0,
    en="The same two layers in full reach {both:.3f} on new films, LoRA {lora:.3f}, the last layer alone {layer:.3f}: most of the lead is owed to the second layer.",
    zh="同样的两层做整层训练，在新电影上达到 {both:.3f}，LoRA 为 {lora:.3f}，只训练最后一层为 {layer:.3f}：领先的大部分来自多训练的那一层。",
    takeaway=False, both=np.mean(in_full["ndcg"]), lora=np.mean(on_new["ndcg"]["lora"]), layer=np.mean(on_new["ndcg"]["layer"]),
)

# %%
known = adapted["known films"]["judged"]
apart = known["lora less layer"]
recbook.claim(
    apart[1] < 0,
    en="On known films, with settings chosen for them on validation, the last layer in full is ahead of LoRA ({lora:.3f}) by {low:.3f} to {high:.3f}; popularity alone has {popularity:.3f}.",
    zh="在已有评分的电影上，超参数另在验证集上选，整个最后一层比 LoRA（{lora:.3f}）高 {low:.3f} 到 {high:.3f}；只用流行度就有 {popularity:.3f}。",
    takeaway=False, lora=known["ndcg"]["lora"], low=-apart[1], high=-apart[0], popularity=reports["popularity"]["ndcg@10"],
)

# %% [markdown] lang="en"
# On new films, then, far fewer numbers did not cost quality on average. Over the frozen vectors and the linear head LoRA leads on all five sets, over the two-layer head on four. Against the same two layers in full it is ahead by little, and on three sets of five only. (The rate chosen for full layers was the lowest of its three each time, so a lower one might do better still.) On known films quality did fall: there a film must be learned by heart more than by its title, and 24,576 numbers may have too little room for that (not tested). For known films none of these is the model to take anyway.

# %% [markdown] lang="zh"
# 可见在新电影上，参数虽少得多，平均效果没有下降。对冻结的向量和线性头，LoRA 五组全胜，对两层头胜四组。与同样两层的整层训练相比，按用户算略高，但五组里只有三组领先，不足以说 LoRA 更好。（整层训练每次选中的学习率都是三个里最低的，再低也许还会更好。）在已有评分的电影上则有下降：那里更要记住每部电影本身，而不是读懂片名，24,576 个数也许装不下（没有检验）。何况在已有评分的电影上，这几种都不该用。

# %% [markdown] lang="en"
# ### A plain GPT on codes <a id="plain"></a>
#
# *Adds: the form in which the idea is usually told, and what the shortcut of the core saves.*
#
# TIGER does not add codes up. There each code is a token of its own: ten films of four codes make a sequence of forty tokens, and a transformer predicts each from those before it. (TIGER has an encoder and a decoder; `PlainGPT` is the decoder alone.) Here is how one history is spelled:

# %% [markdown] lang="zh"
# ### 在编码上直接训练 GPT <a id="plain"></a>
#
# **本节补充**：通常的做法，以及核心部分的捷径省下了什么。
#
# TIGER 并不把各码的向量相加。那里每个码都是一个词元：十部电影，每部四码，就是四十个词元的序列，Transformer 由前面的词元预测每个词元。（TIGER 有编码器和解码器；`PlainGPT` 只有解码器。）一份历史写成词元序列是这样：

# %%
from recbook.models.plain_gpt import PlainGPT

spell = PlainGPT(codes, generator.settings)
last_films = generator.log_.of_users(np.array([7])).item[-2:]
print([titles[item] for item in last_films])
print(codes[last_films].tolist())
# en: Word 0 is the start; each level counts on from the last, so that code 3 of level 1 is another word than 3 of level 2.
# zh: 词 0 是开头；各层接着往下编号，所以第 1 层的 3 与第 2 层的 3 是不同的词。
print(spell.spelled(torch.from_numpy(last_films[None] + 1)).tolist())

# %%
runs = recbook.stored("generative")["results"]
plain, fast = runs["plain GPT"], runs["codes"]["semantic, 8 epochs"]["0"]
recbook.claim(
    plain["seconds"] > 1.3 * fast["seconds"],
    en="For as many epochs the plain GPT takes {times:.1f} times the seconds of the core's form, and reaches {plain:.3f} where that reaches {fast:.3f} (one seed each).",
    zh="轮次相同时，直接训练的 GPT 用时是核心部分那种形式的 {times:.1f} 倍，达到 {plain:.3f}；核心部分的形式为 {fast:.3f}（各一个随机种子）。",
    takeaway=False, times=plain["seconds"] / fast["seconds"], plain=plain["test"], fast=fast["test"],
)

# %% [markdown] lang="en"
# A history of forty places costs more than one of ten, and each film waits for its four codes. What the plain form keeps is generality: it can read words and codes in one text.
#
# ### RQ-VAE: codes that are learned <a id="rq-vae"></a>
#
# *Adds: how TIGER makes its codes, and what may go wrong.*
#
# An **RQ-VAE** (Lee et al. 2022) does not quantise the vector $x$ but what an encoder makes of it, $z = f(x)$, and learns encoder, centres and a decoder $g$ together:
#
# $$\lVert x - g(\hat z) \rVert^2 + \sum_l \Big( \lVert \mathrm{sg}(r_{l-1}) - m_{l,c_l} \rVert^2 + \beta \lVert r_{l-1} - \mathrm{sg}(m_{l,c_l}) \rVert^2 \Big), \qquad \hat z = \sum_l m_{l,c_l}, \quad r_0 = z,$$
#
# where $\mathrm{sg}$ holds its argument fixed for the gradient, and $\beta$ (0.25) says how much the encoder is to come towards the centres. Choosing the nearest centre has no gradient, so the decoder's is handed past it (straight-through): $z + \mathrm{sg}(\hat z - z)$. The code takes means over the columns in place of the sums in the norms, so the parts weigh differently. (SoundStream, Zeghidour et al. 2021, had learned residual codes before, for sound.)

# %% [markdown] lang="zh"
# 四十个位置算起来比十个慢，每生成一部电影还要逐个生成四个码。直接训练的 GPT 更通用：它能在一段文本里同时读词和码。
#
# ### RQ-VAE：学出来的编码 <a id="rq-vae"></a>
#
# **本节补充**：TIGER 怎样得到编码，以及可能出的问题。
#
# **RQ-VAE**（Lee et al. 2022）量化的不是向量 $x$，而是编码器的输出 $z = f(x)$，并把编码器、中心和解码器 $g$ 一起学：
#
# $$\lVert x - g(\hat z) \rVert^2 + \sum_l \Big( \lVert \mathrm{sg}(r_{l-1}) - m_{l,c_l} \rVert^2 + \beta \lVert r_{l-1} - \mathrm{sg}(m_{l,c_l}) \rVert^2 \Big), \qquad \hat z = \sum_l m_{l,c_l}, \quad r_0 = z,$$
#
# 其中 $\mathrm{sg}$（停止梯度，stop-gradient）表示求梯度时视为常数，$\beta$（0.25）决定编码器向中心靠拢的程度。选最近的中心没有梯度，所以把解码器的梯度绕过这一步：$z + \mathrm{sg}(\hat z - z)$，叫直通估计（straight-through estimator）。代码里用各列的平均代替范数里的求和，所以各部分的权重不同。（更早的 SoundStream（Zeghidour et al. 2021）已为声音学过残差码。）

# %%
class RQVAE(nn.Module):
    def __init__(self, d, width=32, levels=3, size=32):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(d, 128), nn.ReLU(), nn.Linear(128, width))
        self.decode = nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, d))
        self.centres = nn.Parameter(torch.randn(levels, size, width) * 0.1)

    def forward(self, x):
        z = self.encode(x)
        rest, loss, codes = z, 0.0, []
        for centres in self.centres:
            codes.append(torch.cdist(rest, centres).argmin(dim=1))
            centre = centres[codes[-1]]
            loss = loss + ((rest.detach() - centre) ** 2).mean() + 0.25 * ((rest - centre.detach()) ** 2).mean()
            rest = rest - centre.detach()
        rounded = z - rest.detach()
        return loss + ((self.decode(rounded) - x) ** 2).mean(), torch.stack(codes, dim=1)

# %% tags=["nbval-ignore-output"]
x = torch.from_numpy((vectors - vectors.mean(axis=0)) / vectors.std()).float()
with torch.random.fork_rng([]):
    torch.manual_seed(0)
    autoencoder = RQVAE(x.shape[1])
    optimizer = torch.optim.Adam(autoencoder.parameters(), lr=3e-3)
    for _ in range(300):
        loss, learned = autoencoder(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
learned = learned.numpy()
_, group, size = np.unique(learned, axis=0, return_inverse=True, return_counts=True)
rows = [(plots.name("residual k-means"), len(np.unique(prefixes[:, 0])), f"{colliding:.0%}", purity(prefixes, 2)),
        ("RQ-VAE", len(np.unique(learned[:, 0])), f"{(size[group] > 1).mean():.0%}", purity(learned, 2))]
plots.table(pd.DataFrame(rows, columns=["codes of", "first codes used", "films colliding", "prefix 2"]))

# %% tags=["nbval-ignore-output"]
of_rqvae = (size[group] > 1).mean()
recbook.claim(
    of_rqvae < colliding and abs(purity(learned, 2) - purity(prefixes, 2)) < 0.06,
    en="With this one seed learned codes collided less ({learned:.0%} of the films, k-means {kmeans:.0%}); of the pairs that share two of them {pure:.0%} "
    "share a genre.",
    zh="这一个随机种子下，学出来的编码冲突更少（{learned:.0%} 的电影，k-means 为 {kmeans:.0%}）；前两码相同的电影对中，{pure:.0%} 有共同类型。",
    takeaway=False, learned=of_rqvae, kmeans=colliding, pure=purity(learned, 2),
)

# %% [markdown] lang="en"
# Encoder and centres move together. Whether the generator gains by it was not measured here. What may go wrong has a name, **codebook collapse**: a centre that no film is nearest to gets no gradient and stays unused. TIGER's authors start the centres by k-means against that. What may be worth more: an encoder that is trained could learn from behaviour at the same time.
#
# ### Histories unmasked <a id="unmasked"></a>
#
# *Adds: what a generator says when nobody strikes out what the user has seen.*
#
# The NDCG above leaves out the films that a user has rated; the beams did not. A generator does not know that rule: it says what follows.

# %% [markdown] lang="zh"
# 编码器与中心一起移动。生成模型会不会因此变好，这里没有测。可能出的问题叫**码本坍塌**（codebook collapse）：没有电影归入的中心，得不到梯度，一直闲置。TIGER 的作者用 k-means 初始化中心来防止。也许更有价值的是：编码器可以训练，就能同时从行为中学习。
#
# ### 不屏蔽历史 <a id="unmasked"></a>
#
# **本节补充**：不划掉看过的电影时，生成模型会生成什么。
#
# 上面算 NDCG 时去掉了用户评过的电影，束搜索则没有。生成模型不知道这条规则，只生成接下来的。

# %% tags=["nbval-ignore-output"]
rated = split.history().matrix().toarray() > 0
on_rated = (np.exp(log_p) * rated).sum(axis=1).mean()
said_again = np.take_along_axis(rated, exact, axis=1).mean()
recbook.claim(
    on_rated > 0.05,
    en="{on_rated:.0%} of the chance lies on films that the user has rated, and {said_again:.0%} of the ten most probable films have been rated, though "
    "nobody here ever rates a film twice.",
    zh="{on_rated:.0%} 的概率落在用户评过的电影上，最可能的十部里有 {said_again:.0%} 是评过的，尽管这里没有人把一部电影评两次。",
    takeaway=False, on_rated=on_rated, said_again=said_again,
)

# %% [markdown] lang="en"
# The window holds ten films, so the model cannot see what was rated before them. A mask is one line; the same line must be carried into the beam, or a beam of ten may come back with half a list.
#
# ### HSTU, and what "scaling laws" ask for <a id="hstu"></a>
#
# *Adds: the other thing that is called generative recommendation, one ablation of it, and what its great claim rests on.*
#
# HSTU (Zhai et al. 2024) generates no codes. It is called generative since it reads the whole stream of a user's actions as one text, as SASRec does, and learns to continue it. Its layer, simplified, changes attention. Softmax shares one unit of attention among all places; HSTU gives each pair a weight of its own and a gate $u_i$ to each place:
#
# $$y_i = \mathrm{norm}\Big(\tfrac1n \sum_{j \le i} \mathrm{SiLU}(q_i \cdot k_j + b_{i-j})\, v_j\Big) \odot u_i,$$
#
# where $q_i, k_j, v_j, u_i$ are made from the places' vectors $(d,)$ by a linear layer and a SiLU, $n$ is the number of places, $\mathrm{norm}$ is layer normalisation, $b$ is learned for each distance (in the original also for the time between), and $\odot$ multiplies number by number. An output layer follows. The authors' reason: with softmax one sign of a taste and ten signs of it can look alike, and here ten may weigh more. The ablation puts this layer into SASRec (chapter 08, 50 films, identities) and changes nothing else: first for as many epochs, then for as many seconds (stored, three seeds each).

# %% [markdown] lang="zh"
# 窗口里只有十部电影，模型看不到更早的评分。屏蔽只要一行；同一行也要带进束搜索，否则束宽为十，去掉评过的电影后，可能只剩半张列表。
#
# ### HSTU，以及“缩放定律”（scaling law）需要什么 <a id="hstu"></a>
#
# **本节补充**：另一类也叫“生成式推荐”的模型、一次消融（ablation）实验，以及它最著名的论断依据什么。
#
# HSTU（Zhai et al. 2024）不生成编码。它叫“生成式”，是因为像 SASRec 那样，把用户的全部行为当作一段文本来读，学着往下续。它改了注意力层（这里是简化的写法）。softmax 把一份注意力分给所有位置；HSTU 给每一对位置各自的权重，再给每个位置一个门 $u_i$：
#
# $$y_i = \mathrm{norm}\Big(\tfrac1n \sum_{j \le i} \mathrm{SiLU}(q_i \cdot k_j + b_{i-j})\, v_j\Big) \odot u_i,$$
#
# 其中 $q_i, k_j, v_j, u_i$ 由各位置的向量 $(d,)$ 经线性层和 SiLU 得到，$n$ 是位置数，$\mathrm{norm}$ 是层归一化，$b$ 对每个距离各学一个数（原文还有时间间隔），$\odot$ 是逐元素相乘；后面还有一个输出层。作者的理由：某种口味出现一次还是十次，经 softmax 可能看不出差别；HSTU 则可让十次更重。消融把这一层放进 SASRec（第 08 章，50 部电影，只用 ID 嵌入），其余不变：先让轮次相同，再让用时相同（预先存好，各三个随机种子）。

# %%
kinds_of_attention = {kind: list(tries.values()) for kind, tries in runs["attention"].items()}
rows = [(plots.name(f"attention: {kind}"), *(np.mean([one[key] for one in tries]) for key in ("valid", "test")), f"{np.mean([one['seconds'] for one in tries]):.0f}")
        for kind, tries in kinds_of_attention.items()]
plots.table(pd.DataFrame(rows, columns=["kind of attention", "validation NDCG@10", "test NDCG@10", "CPU seconds"]))

# %%
by_attention = {kind: stored.report(tries) for kind, tries in runs["attention"].items()}
at_epochs, at_seconds = (by_attention[kind].difference(by_attention["softmax"], "ndcg@10") for kind in ("pointwise", "pointwise, 12 epochs"))
recbook.claim(
    at_epochs.low < 0 < at_epochs.high < at_seconds.high and at_seconds.low > 0,
    en="On the test films HSTU's layer is not told apart from softmax after as many epochs ({low:+.3f} to {high:+.3f}); after as many seconds it is ahead by {ahead:.3f} to {most:.3f}.",
    zh="在测试电影上，轮次相同时，HSTU 的层与 softmax 差异不显著（{low:+.3f} 到 {high:+.3f}）；用时相同时，它高出 {ahead:.3f} 到 {most:.3f}。",
    takeaway=False, low=at_epochs.low, high=at_epochs.high, ahead=at_seconds.low, most=at_seconds.high,
)

# %% [markdown] lang="en"
# That is thin: on the validation films the two are level after as many seconds (table), and it is one log. What can be said is that the layer is cheaper, having no feed-forward network, and was no worse on the test films.

# %% [markdown] lang="zh"
# 证据很单薄：用时相同时，两者在验证集上持平（见表），而且只有一份日志。能说的是：这一层没有前馈网络，更便宜，在测试电影上也不差。

# %% [markdown] lang="en"
# What such a log cannot show is the claim that made HSTU known: that quality rises as a power law of the compute spent, over three orders of magnitude, up to what training GPT-3 took. For comparison: chapter 08's log has 100,000 ratings, and a model of some 200,000 parameters has read all of it in seconds. The law was measured on a platform with billions of users, on actions that stream in without end, and inside one company; nobody outside can repeat that run of the law, though the code is published. Before it, Ardalani et al. (2022) had found that larger classical click models gain little from more parameters, and more from more data. So both may be right: a law of this kind needs a text that is not yet exhausted. Ask first how many actions you have for each parameter.
#
# ### The shop <a id="shop"></a>
#
# *Adds: the second world. Do codes say products, too?*
#
# The task is discovery (chapter 11): what a household buys for the first time, learned from weeks 1 to 48, tested on weeks 49 to 53. The text of a product is its label, and many products share all of theirs, so the last code has much to tell apart. Nothing was tuned here: the generator has the settings of the films, for two epochs and for eight, and EASE the penalty that chapter 11 chose on validation (stored, one seed each).

# %% [markdown] lang="zh"
# 这样的日志无法检验的，正是 HSTU 最出名的主张：质量随所花算力按幂律提高，跨三个数量级，直到训练 GPT-3 所需的算力。相比之下，第 08 章的日志只有 100,000 条评分，大约 200,000 个参数的模型几秒钟就读完一遍。那条定律是在一个有几十亿用户的平台上、一家公司内部，用源源不断的行为测出来的；代码虽已公开，外人无法重复这条定律的测量。在它之前，Ardalani et al.（2022）发现，传统的点击率预估模型增加参数收效很小，增加数据收效更大。两者可能都对：这种**缩放定律**前提是数据还没有用完。先算一算，每个参数对应多少次行为。
#
# ### 商店 <a id="shop"></a>
#
# **本节补充**：第二个领域。商品也能用编码来生成吗？
#
# 任务是发现（第 11 章）：一户人家第一次买什么，用第 1 到 48 周学习，在第 49 到 53 周测试。商品的文本就是它的标签，许多商品的标签完全相同，所以最后一码要区分的很多。这里没有调参：生成模型沿用电影上的设置，训练两个和八个轮次；EASE 用第 11 章在验证集上选出的正则化系数（预先存好，各一个随机种子）。

# %%
of_shop = runs["shop"]
rows = [(plots.name(f"shop: {kind}"), one["ndcg"], plots.ends(*one["interval"]), plots.ends(*one["less popularity"], sign=True))
        for kind, one in of_shop.items()]
plots.table(pd.DataFrame(rows, columns=["model", "NDCG@10", "95% interval", "minus popularity"]))

# %%
with_meaning, without_it = (of_shop[f"{kind}, 8 epochs"] for kind in ("semantic", "shuffled"))
recbook.claim(
    with_meaning["interval"][1] < without_it["interval"][0],
    en="In the shop the meaning of the labels does harm: after 8 epochs codes of labels reach {semantic:.3f}, the same codes dealt out at random {shuffled:.3f}.",
    zh="在商店里，标签的含义反而有害：8 个轮次之后，标签做的语义 ID 达到 {semantic:.3f}，同样的地址随机分配为 {shuffled:.3f}。",
    takeaway=False, semantic=with_meaning["ndcg"], shuffled=without_it["ndcg"],
)

# %%
crowded = runs["shop codes"]
recbook.claim(
    crowded["semantic"]["colliding"] > 2 * colliding,
    en="{products:,} products have {texts:,} different labels; {share:.0%} share their three codes with others, up to {largest} of them.",
    zh="{products:,} 件商品只有 {texts:,} 种标签；{share:.0%} 的商品三码与别的相同，最多的一组有 {largest} 件。",
    takeaway=False, products=crowded["products"], texts=crowded["different texts"], share=crowded["semantic"]["colliding"],
    largest=crowded["semantic"]["largest"],
)

# %%
recbook.claim(
    of_shop["behaviour, 8 epochs"]["interval"][0] < of_shop["shuffled, 8 epochs"]["interval"][1] and of_shop["EASE"]["interval"][0] > max(one["interval"][1] for kind, one in of_shop.items() if kind != "EASE"),
    en="EASE, fitted in seconds, finds new products with {ease:.3f}, ahead of every generator here; after 8 epochs codes from behaviour have {behaviour:.3f}, hardly more than those dealt at random.",
    zh="几秒钟拟合的 EASE 达到 {ease:.3f}，高于这里的每个生成模型；8 个轮次之后，由行为做的语义 ID 为 {behaviour:.3f}，只比随机分配的略高。",
    takeaway=False, ease=of_shop["EASE"]["ndcg"], behaviour=of_shop["behaviour, 8 epochs"]["ndcg"],
)

# %% [markdown] lang="en"
# So what held for films does not hold here. Among films the genre words were worth something. A label says *yogurt*, and whoever bought one yogurt for the first time need not be after the next: with codes of labels the generator has to choose among many products of one address, and only the last code, which means nothing, tells them apart. Dealt out at random, the same addresses put unlike products together, which behaviour tells apart more easily. (That is a reading of the numbers; nothing here tested it.)

# %% [markdown] lang="zh"
# 可见，在电影上成立的，到这里不成立。电影的类型词有价值；而标签只说“酸奶”，第一次买了一种酸奶的人，下一件不一定还要酸奶。用标签做编码，生成模型要在同一地址的许多商品里选，能区分它们的只有没有含义的末码。随机分配时，同样的地址把不相像的商品放在一起，用行为反而容易区分。（这是对这些数的解读，这里没有检验。）

# %% [markdown] lang="en"
# ### Further reading
#
# - N. Ardalani et al. (2022). *Understanding scaling laws for recommendation models.* [arXiv:2208.08489](https://arxiv.org/abs/2208.08489).
# - K. Bao et al. (2023). *TALLRec: an effective and efficient tuning framework to align large language model with recommendation.* RecSys. [arXiv:2305.00447](https://arxiv.org/abs/2305.00447).
# - D. Di Palma et al. (2025). *Do LLMs memorize recommendation datasets? A preliminary study on MovieLens-1M.* SIGIR. [arXiv:2505.10212](https://arxiv.org/abs/2505.10212).
# - S. Geng et al. (2022). *Recommendation as language processing (RLP): a unified pretrain, personalized prompt & predict paradigm (P5).* RecSys. [doi:10.1145/3523227.3546767](https://doi.org/10.1145/3523227.3546767).
# - X. Gu et al. (2025). *When attention sink emerges in language models: an empirical view.* ICLR. [arXiv:2410.10781](https://arxiv.org/abs/2410.10781).
# - Y. Hou et al. (2024). *Large language models are zero-shot rankers for recommender systems.* ECIR. [arXiv:2305.08845](https://arxiv.org/abs/2305.08845).
# - E. J. Hu et al. (2022). *LoRA: low-rank adaptation of large language models.* ICLR. [arXiv:2106.09685](https://arxiv.org/abs/2106.09685). The library for it is `peft`, against which `recbook.text.lora` is tested.
# - D. Lee, C. Kim, S. Kim, M. Cho and W.-S. Han (2022). *Autoregressive image generation using residual quantization.* CVPR. [arXiv:2203.01941](https://arxiv.org/abs/2203.01941). RQ-VAE.
# - J. Liao et al. (2024). *LLaRA: large language-recommendation assistant.* SIGIR. [doi:10.1145/3626772.3657690](https://doi.org/10.1145/3626772.3657690).
# - S. Rajput et al. (2023). *Recommender systems with generative retrieval.* NeurIPS. [arXiv:2305.05065](https://arxiv.org/abs/2305.05065). TIGER.
# - J. Schulman and Thinking Machines Lab (2025). *LoRA without regret.* [thinkingmachines.ai/blog/lora](https://thinkingmachines.ai/blog/lora/). When LoRA is as good as training in full, and the factor of ten.
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research: worrying observations from an initial analysis.* UMAP. [Page of the study](https://faisalse.github.io/LLM-reproducibility-audit_/).
# - D. Sileo, W. Vossen and R. Raymaekers (2022). *Zero-shot recommendation as language modeling.* ECIR. [arXiv:2112.04184](https://arxiv.org/abs/2112.04184).
# - G. Xiao et al. (2024). *Efficient streaming language models with attention sinks.* ICLR. [arXiv:2309.17453](https://arxiv.org/abs/2309.17453).
# - C. Xu et al. (2024). *Understanding the role of cross-entropy loss in fairly evaluating large language model-based recommendation.* [arXiv:2402.06216](https://arxiv.org/abs/2402.06216).
# - L. Yang et al. (2024). *Unifying generative and dense retrieval for sequential recommendation.* [arXiv:2411.18814](https://arxiv.org/abs/2411.18814). The fair comparison, and the trouble with new items.
# - J. Zhai et al. (2024). *Actions speak louder than words: trillion-parameter sequential transducers for generative recommendations.* ICML. [arXiv:2402.17152](https://arxiv.org/abs/2402.17152). HSTU.
# - Z. Zhao et al. (2021). *Calibrate before use: improving few-shot performance of language models.* ICML. [arXiv:2102.09690](https://arxiv.org/abs/2102.09690).

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - N. Ardalani et al. (2022). *Understanding scaling laws for recommendation models.* [arXiv:2208.08489](https://arxiv.org/abs/2208.08489)。
# - K. Bao et al. (2023). *TALLRec: an effective and efficient tuning framework to align large language model with recommendation.* RecSys. [arXiv:2305.00447](https://arxiv.org/abs/2305.00447)。
# - D. Di Palma et al. (2025). *Do LLMs memorize recommendation datasets? A preliminary study on MovieLens-1M.* SIGIR. [arXiv:2505.10212](https://arxiv.org/abs/2505.10212)。
# - S. Geng et al. (2022). *Recommendation as language processing (RLP): a unified pretrain, personalized prompt & predict paradigm (P5).* RecSys. [doi:10.1145/3523227.3546767](https://doi.org/10.1145/3523227.3546767)。
# - X. Gu et al. (2025). *When attention sink emerges in language models: an empirical view.* ICLR. [arXiv:2410.10781](https://arxiv.org/abs/2410.10781)。
# - Y. Hou et al. (2024). *Large language models are zero-shot rankers for recommender systems.* ECIR. [arXiv:2305.08845](https://arxiv.org/abs/2305.08845)。
# - E. J. Hu et al. (2022). *LoRA: low-rank adaptation of large language models.* ICLR. [arXiv:2106.09685](https://arxiv.org/abs/2106.09685)。相应的库是 `peft`，`recbook.text.lora` 的测试与它对照。
# - D. Lee, C. Kim, S. Kim, M. Cho and W.-S. Han (2022). *Autoregressive image generation using residual quantization.* CVPR. [arXiv:2203.01941](https://arxiv.org/abs/2203.01941)。RQ-VAE。
# - J. Liao et al. (2024). *LLaRA: large language-recommendation assistant.* SIGIR. [doi:10.1145/3626772.3657690](https://doi.org/10.1145/3626772.3657690)。
# - S. Rajput et al. (2023). *Recommender systems with generative retrieval.* NeurIPS. [arXiv:2305.05065](https://arxiv.org/abs/2305.05065)。TIGER。
# - J. Schulman and Thinking Machines Lab (2025). *LoRA without regret.* [thinkingmachines.ai/blog/lora](https://thinkingmachines.ai/blog/lora/)。LoRA 何时与整层训练一样好，以及十倍的由来。
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research: worrying observations from an initial analysis.* UMAP. [研究的网页](https://faisalse.github.io/LLM-reproducibility-audit_/)。
# - D. Sileo, W. Vossen and R. Raymaekers (2022). *Zero-shot recommendation as language modeling.* ECIR. [arXiv:2112.04184](https://arxiv.org/abs/2112.04184)。
# - G. Xiao et al. (2024). *Efficient streaming language models with attention sinks.* ICLR. [arXiv:2309.17453](https://arxiv.org/abs/2309.17453)。
# - C. Xu et al. (2024). *Understanding the role of cross-entropy loss in fairly evaluating large language model-based recommendation.* [arXiv:2402.06216](https://arxiv.org/abs/2402.06216)。
# - L. Yang et al. (2024). *Unifying generative and dense retrieval for sequential recommendation.* [arXiv:2411.18814](https://arxiv.org/abs/2411.18814)。公平的比较，以及新物品的难处。
# - J. Zhai et al. (2024). *Actions speak louder than words: trillion-parameter sequential transducers for generative recommendations.* ICML. [arXiv:2402.17152](https://arxiv.org/abs/2402.17152)。HSTU。
# - Z. Zhao et al. (2021). *Calibrate before use: improving few-shot performance of language models.* ICML. [arXiv:2102.09690](https://arxiv.org/abs/2102.09690)。
