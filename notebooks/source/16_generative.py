# %% [markdown] lang="en"
# # 16 · Models that generate
#
# **You will be able to**, after the core, say what a language model adds when you ask it for a film, and name the controls without which nobody knows.
#
# **You need** chapters 01 (EASE, popularity, NDCG), 04 (the causal mask) and 09 (why sampled candidates are no full ranking).
#
# **It takes** {core} to read, and {deeper} more for what stands under [Deeper](#deeper); {minutes} to run on two cores. The language model is optional; nothing here needs it.

# %% [markdown] lang="zh"
# # 16 · 生成式模型
#
# **学完之后**：学完核心部分，你能说出请语言模型推荐电影时它到底带来了什么，并列出缺了就无从判断的对照。
#
# **需要的基础**：第 01 章（EASE、流行度、NDCG）、第 04 章的因果掩码（causal mask），以及第 09 章（采样候选为什么不等于全量排序（full ranking））。
#
# **所需时间**：阅读核心部分{core}，[选读](#deeper)再加{deeper}；在双核机器上，运行{minutes}。语言模型是可选的，本章没有它也能全部运行。

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
# Name three films that you like, and ask for a fourth. Two models answer. **EASE** (chapter 01) knows who rated what, and no word of English. The other, *SmolLM2-135M-Instruct*, is a small relative of GPT: a **language model** with a good hundred million weights that has read a large part of the web, and no list of ratings that we know of. It is given the beginning of a list and writes on:
#
# > Films I liked:<br>- Toy Story<br>- The Lion King<br>- Aladdin<br>-
#
# What it said is stored (`kept`), because the model itself, 93 MB, is optional.

# %% [markdown] lang="zh"
# ## 三部电影，接下来是什么
#
# 说出三部你喜欢的电影，再要第四部。两个模型来回答。**EASE**（第 01 章）知道谁评过什么，却不认识一个英文词。另一个，*SmolLM2-135M-Instruct*，是 GPT 的一个小亲戚：一个有一亿多个权重的**语言模型**，读过大量网页，而据我们所知没有读过评分表。给它一个列表的开头（“我喜欢的电影：玩具总动员，狮子王，阿拉丁”），它接着写：
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
from recbook.chapters.generative.asking import ask, joined, named, ndcg_of

found = [
    (named(answer, titles), trio.split(", "))
    for trio, one in kept["said"].items() for answers in one["said"].values() for answer in answers
]
useful = sum(title != "" and title not in trio for title, trio in found)
again = sum(title in trio for title, trio in found)
recbook.claim(
    0 < useful < 0.5 * len(found),
    en="Of {answers} stored answers to three such lists, {useful} name a film of the catalogue that the list lacks; {again} say one of its own films again.",
    zh="对三个这样的列表，存下的 {answers} 个回答里，有 {useful} 个说出了片库里有而列表里没有的电影；{again} 个重复了列表里的电影。",
    takeaway=False, answers=len(found), useful=useful, again=again,
)

# %% [markdown] lang="en"
# Look at the rows one by one. The most probable answer is a real film, and it fits: who believes in language models sees why. Put as a question, it gives one of our own films back. Drawn at a higher temperature, it invents titles that sound right. And it does not know our catalogue: for *Alien*, *Blade Runner* and *The Terminator* it says *The Matrix*, a good answer, of a film younger than the data. Three lists that look good, or bad, prove nothing. The next section asks for many users, with everything beside it that could explain the result.
#
# How a text is continued, and what "temperature" does to it, stands in [Deeper](#continue); [another section](#know) asks which films the model knows at all. If you have fetched the model (`recbook data fetch smollm2`), type three films of your own:

# %% [markdown] lang="zh"
# 逐行来看。最可能的回答是一部真实的电影，而且合适：相信语言模型的人，理由就在这里。作为问题提出时，它把我们自己列的一部还了回来。温度系数（temperature）调高再抽取，它就编出听起来像样的片名。它也不了解我们的片库：对 *Alien*（《异形》）、*Blade Runner*（《银翼杀手》）和 *The Terminator*（《终结者》），它说 *The Matrix*（《黑客帝国》），答得好，可这部电影比数据还新。三个看着好或看着差的列表，什么也证明不了。下一节对许多用户提问，并把所有可能解释结果的东西都放在旁边。
#
# 文字怎样续写，温度起什么作用，见[选读](#continue)；[另一节](#know)看这个模型究竟知道哪些电影。如果你已经下载了模型（`recbook data fetch smollm2`），可以在这里换上自己的三部电影：

# %% tags=["nbval-ignore-output"]
ask(["Toy Story", "The Lion King", "Aladdin"])

# %% [markdown] lang="en"
# ## Ask it to recommend <a id="ask"></a>
#
# Free answers are hard to count. So we do not let the model talk; we ask it how *likely* it finds each of 50 titles as the next line, and rank them. A title is cut into **tokens**, words or pieces of words, and its log-likelihood is a sum:
#
# $$s(i \mid h) = \sum_{j=1}^{n_i} \log P(t_{ij} \mid p(h), t_{i1}, \dots, t_{i,j-1})$$
#
# where $t_{i1}, \dots, t_{i n_i}$ are the tokens of title $i$, $h$ is a user's history, and $p(h)$ the **prompt**, the text that holds it. By pencil: a title of two tokens, the first with probability ¼, the second, after the first, ½. Its likelihood is ⅛, its score $\log ⅛ \approx -2.1$. Every further token can only lower it.
#
# **Exercise 1.** The model gives one row of scores, *logits*, for each token that it reads: row $t$ is its opinion on what follows token $t$. Sum the log-probabilities of a title that stands behind a prompt. ({points})

# %% [markdown] lang="zh"
# ## 请它推荐 <a id="ask"></a>
#
# 随意的回答不好统计。所以我们不让它说话，而是问它：把 50 个片名逐一作为下一行，各有多大可能？然后据此排序。片名被切成**词元**（token），即词或词的片段，它的对数似然（log-likelihood）是一个和：
#
# $$s(i \mid h) = \sum_{j=1}^{n_i} \log P(t_{ij} \mid p(h), t_{i1}, \dots, t_{i,j-1})$$
#
# 其中 $t_{i1}, \dots, t_{i n_i}$ 是片名 $i$ 的词元，$h$ 是用户的历史，$p(h)$ 是写着历史的那段文字，叫**提示词**（prompt）。笔算：一个片名有两个词元，第一个的概率是 ¼，在它之后第二个是 ½。似然是 ⅛，分数是 $\log ⅛ \approx -2.1$。每多一个词元，分数只会更低。
#
# **练习 1** 模型每读一个词元，就给出一行分数（logits）：第 $t$ 行是它对词元 $t$ 之后是什么的看法。片名接在提示词之后，求它的对数概率之和。（{points}）

# %% exercise="generative-log-likelihood" points=2
def log_likelihood(logits, tokens, given):
    """en: Sum of the log-probabilities of tokens[given:], each given all tokens before it.
    en: logits (n, v): row t scores the v tokens that may follow token t. tokens (n,): whole numbers below v.
    zh: tokens[given:] 的对数概率之和，每一个都以它之前的全部词元为条件。
    zh: logits (n, v)：第 t 行给可能接在词元 t 之后的 v 个词元打分。tokens (n,)：小于 v 的整数。"""
    ### BEGIN SOLUTION
    shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return sum(shares[t - 1, tokens[t]] for t in range(given, len(tokens)))
    ### END SOLUTION

# %% check="generative-log-likelihood"
recbook.check("generative-log-likelihood", log_likelihood)

# %% [markdown] lang="en"
# **The test.** Stored, for users drawn at random: the prompt lists the ten films that a user liked last (a rating of 4 or 5), the oldest first. The candidates are the user's test film and 49 films that the user never rated. So these are *sampled* candidates: numbers to compare with each other, never with the full rankings of other chapters (chapter 09). Three wordings were tried on the validation films of other users; the best of them is used:

# %% [markdown] lang="zh"
# **测试。** 预先存好，用户随机抽取：提示词列出该用户最近喜欢（评分为 4 或 5）的十部电影，最早的在前。候选是该用户的测试电影，加上 49 部他没有评过的电影。所以这是**采样**候选：这些数只能互相比较，不能与其他章的全量排序相比（第 09 章）。三种措辞在另一些用户的验证电影上试过，用的是其中最好的：

# %%
import pandas as pd

tried = kept["wordings"]
plots.table(pd.DataFrame([(plots.name(f"as a {name}"), one["sum"], one["per token"]) for name, one in tried.items()],
                         columns=["wording", "sum", "per token"]))

# %% [markdown] lang="en"
# A number by itself says little. What would a reader object?
#
# - *"The model only knows which titles are common."* Then it ranks as well **without the history**: the same prompt with no films in it.
# - *"Any films in the prompt would do."* Then **another user's history** serves as well, or one's own **reversed** (asked for a part of the users only).
# - *"Take out what is common, and the taste remains."* Subtract the log-likelihood without the history: the **pointwise mutual information** (PMI), how many times as likely the history makes a title:
#
# $$\mathrm{PMI}(i, h) = s(i \mid h) - s(i \mid \varnothing)$$
#
# - *"Long titles lose."* Divide the score by $n_i$, the number of tokens.
# - *"Anything beats chance there."* So **popularity**, MiniLM (the mean cosine of titles, chapter 02) and EASE rank the same 50 films. And once more with 49 candidates that are drawn by popularity: there, fame alone decides little.
#
# **Exercise 2.** Write the PMI of each candidate, per token. ({points})

# %% [markdown] lang="zh"
# 单独一个数说明不了什么。读者会怎样质疑？
#
# - **“模型只知道哪些片名常见。”** 那么**没有历史**时，也就是同样的提示词里一部电影也不列，它排得一样好。
# - **“提示词里放哪些电影都行。”** 那么换成**另一位用户的历史**，或者把自己的历史**倒过来**（只问了一部分用户），也一样好。
# - **“去掉常见的部分，剩下的就是口味。”** 减去没有历史时的对数似然，得到**点互信息**（pointwise mutual information，PMI），即历史使片名的可能性变成原来的多少倍：
#
# $$\mathrm{PMI}(i, h) = s(i \mid h) - s(i \mid \varnothing)$$
#
# - **“长片名吃亏。”** 把分数除以词元数 $n_i$。
# - **“在那里什么都能胜过随机。”** 所以让**流行度**、MiniLM（片名的平均余弦，第 02 章）和 EASE 给同样的 50 部电影排序。再做一遍，这次 49 部候选按流行度抽取：那时单凭名气就分不出多少高下了。
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
order = ["with history", "without history", "another user's history", "history reversed", "with minus without",
         "with history, per token", "with minus without, per token", "MiniLM", "popularity", "EASE", "EASE, last films", "random"]
figures.candidates({
    "drawn evenly": {name: even[name] for name in order},
    "drawn by popularity": {name: popular[name] for name in order if name in popular},
})

# %%
from recbook.evaluation import bootstrap

plus = bootstrap(even["with history"] - even["without history"])
recbook.claim(
    plus.low < 0 < plus.high,
    en="With the history the likelihood reaches {with_history:.3f}, without it {without:.3f}: not told apart (the difference is {low:+.3f} to {high:+.3f}).",
    zh="有历史时似然达到 {with_history:.3f}，没有历史时为 {without:.3f}：差异不显著（差为 {low:+.3f} 到 {high:+.3f}）。",
    takeaway=dict(
        en="Before you praise a prompt, ask it without the history, and with somebody else's: our small language model could not be told apart from either.",
        zh="称赞一个提示词之前，先去掉历史问一遍，再换成另一位用户的历史问一遍：我们的小语言模型与这两种都分不出高下。",
    ),
    with_history=even["with history"].mean(), without=even["without history"].mean(), low=plus.low, high=plus.high,
)

# %%
other, kept_taste = bootstrap(even["with history"] - even["another user's history"]), bootstrap(even["with minus without"] - even["random"])
recbook.claim(
    other.low < 0 < other.high,
    en="Nor is one's own history told apart from another user's ({low:+.3f} to {high:+.3f}).",
    zh="自己的历史与另一位用户的历史，差异也不显著（{low:+.3f} 到 {high:+.3f}）。",
    takeaway=False, low=other.low, high=other.high,
)

# %%
recbook.claim(
    kept_taste.low > 0,
    en="With the general likelihood taken off (PMI), {pmi:.3f} is left; random order has {random:.3f} (the difference is {low:+.3f} to {high:+.3f}): a trace of the films in the prompt.",
    zh="减去片名本来的可能性（PMI），剩下 {pmi:.3f}；随机顺序为 {random:.3f}（差为 {low:+.3f} 到 {high:+.3f}）：提示词里的电影留下了痕迹。",
    takeaway=False, pmi=even["with minus without"].mean(), random=even["random"].mean(), low=kept_taste.low, high=kept_taste.high,
)

# %%
gap = bootstrap(even["popularity"] - even["with history"])
recbook.claim(
    gap.low > 0,
    en="Popularity, one number a film, ranks the same candidates at {popularity:.3f}, EASE at {ease:.3f}: popularity is {low:.3f} to {high:.3f} above the language model.",
    zh="流行度（每部电影一个数）给同样的候选排到 {popularity:.3f}，EASE 为 {ease:.3f}：流行度比语言模型高 {low:.3f} 到 {high:.3f}。",
    takeaway=False, popularity=even["popularity"].mean(), ease=even["EASE"].mean(), low=gap.low, high=gap.high,
)

# %% [markdown] lang="en"
# Why is the likelihood without a history above chance at all? Titles that the model has often read are those that people know, and known films are rated. Popular candidates take that away (right panel, fewer users). PMI stands above chance: the films in the prompt do move the likelihoods. Whether it is *this user's* taste that moves them is another question, and the comparison with another user's history does not tell: an interval that holds 0 says *not told apart by these users*, not that the history does nothing. For that it would have to be narrow, and these are wide.

# %% [markdown] lang="zh"
# 没有历史的似然为什么能胜过随机？模型读得多的片名，正是大家知道的电影，而有名的电影评分也多。候选改为热门电影，这个优势就没有了（右图，用户较少）。PMI 高于随机：提示词里的电影确实影响了似然。但影响来自**这位用户**的口味吗？这是另一个问题，与另一位用户的历史相比，并没有分出结果：区间包含 0，说的是**这些用户分辨不出差别**，并不是说历史毫无作用。要下那样的结论，区间须很窄，而这里的区间很宽。

# %% [markdown] lang="en"
# ### Which letter, please?
#
# Many papers ask in another way: list the candidates under letters and let the model answer with one. Here ten films, the test film among them, are shuffled under A to J, twice for each user:

# %% [markdown] lang="zh"
# ### 请选一个字母
#
# 许多论文换一种问法：把候选编上字母，让模型回答一个字母。这里把十部电影（含测试电影）打乱，编成 A 到 J，每位用户问两次：

# %%
choice = kept["letters"]
figures.letters(choice["said"], choice["right"])

# %%
most, by_letter = max(choice["said"]), {name: ndcg_of(choice[name]) for name in ("ranks", "ranks, calibrated")}
chance = np.mean(1 / np.log2(1 + np.arange(1, 11)))
recbook.claim(
    most > 0.5 * sum(choice["said"]),
    en="One letter is the answer to {share:.0%} of {n} questions, wherever the film stands.",
    zh="{n} 个问题里有 {share:.0%} 的回答是同一个字母，不管电影排在哪里。",
    takeaway=dict(
        en="Shuffle the choices: a small language model may answer with a place in the list, not with a film.",
        zh="把选项打乱再问：小语言模型回答的可能是列表中的位置，而不是电影。",
    ),
    share=most / sum(choice["said"]), n=sum(choice["said"]),
)

# %% [markdown] lang="en"
# A preference for a letter can be taken off: subtract each letter's mean log-probability over all questions (*calibration*, after Zhao et al. 2021, who ask once without any content). Then one can see whether anything else is there:

# %% [markdown] lang="zh"
# 对某个字母的偏好可以去掉：减去这个字母在全部问题上的平均对数概率（*校准*（calibration），仿照 Zhao et al. 2021；他们用一次没有内容的提问来估计）。这样才能看出除此之外还剩下什么：

# %%
calibrated = bootstrap(by_letter["ranks, calibrated"].reshape(-1, 2).mean(axis=1))
recbook.claim(
    True,
    en="Calibrated, the letters rank ten films at {calibrated:.3f} ({low:.3f} to {high:.3f}); chance is {chance:.3f}.",
    zh="校准之后，字母给十部电影的排序为 {calibrated:.3f}（{low:.3f} 到 {high:.3f}）；随机为 {chance:.3f}。",
    takeaway=False, calibrated=by_letter["ranks, calibrated"].mean(), low=calibrated.low, high=calibrated.high, chance=chance,
)

# %% [markdown] lang="en"
# ### What others report, and what we cannot say <a id="others"></a>
#
# Our model is tiny. What changes with larger ones, and with training on recommendation itself? Four findings, each from its own source:
#
# - **Larger models, only asked.** Hou et al. (2024) let GPT-3.5 rank candidates: it makes use of the history, struggles with its *order*, and is biased by popularity and by places in the prompt. Sileo et al. (2022) rank films by GPT-2's likelihood after “Movies like …”: of four choices it takes the right one about twice as often as chance. A list without history did not stand beside it.
# - **Trained on the task.** P5 (Geng et al. 2022) turns ratings, histories and reviews into text and trains one T5 on all of it. TALLRec (Bao et al. 2023) tunes a LLaMA of some billion weights on a few dozen examples: likes and dislikes are told apart far better than by models that start from nothing on the same few. LLaRA (Liao et al. 2024) puts the item vectors of a trained recommender into the prompt beside the titles.
# - **Against baselines that are tuned alike.** Xu et al. (2024) give SASRec the same loss as the language models, a full cross-entropy: on next-item tasks it then leads those they compare. A survey of 64 papers (Shehzad and Jannach 2026) found none with all details that a rerun needs.
# - **Read before the test.** Di Palma et al. (2025) ask large models for rows of MovieLens-1M: all recite some of it, the largest most of the film table, and those that recite more recommend better. A result on MovieLens may be memory ([Deeper](#know) asks ours).
#
# Who believes in such recommenders will say: ours is small, packed into 4 bits, and was never tuned for this. That is true, and nothing here speaks against a large or a tuned one. Who does not will say: without these controls nobody would have noticed. That is true as well. What the chapter cannot say: how a large model does on a log that it has not read, whether one that was trained on this task would beat EASE here, and what a description could do in place of a title. What it can say: beside a language model belong popularity, the prompt without a history, somebody else's history, and the choices shuffled.

# %% [markdown] lang="zh"
# ### 别人报告了什么，我们不能说什么 <a id="others"></a>
#
# 我们的模型很小。换成更大的，或者专门在推荐上训练，会怎样？四类结果，各有出处：
#
# - **更大的模型，只提问。** Hou et al. (2024) 让 GPT-3.5 给候选排序：它用得上历史，却难以分辨*先后*，并受流行度和提示词中位置的影响。Sileo et al. (2022) 用 GPT-2 在“Movies like …”之后的似然给电影排序：四选一时，选对的次数约为随机的两倍。旁边没有放不给历史的对照。
# - **在任务上训练。** P5（Geng et al. 2022）把评分、历史和评论都写成文字，用来训练同一个 T5。TALLRec（Bao et al. 2023）只用几十个例子微调（fine-tuning）一个几十亿权重的 LLaMA：区分喜欢与不喜欢，远胜于用同样少的数据从零训练的模型。LLaRA（Liao et al. 2024）把训练好的推荐模型的物品向量放进提示词，与片名并列。
# - **与同样认真调过的基线相比。** Xu et al. (2024) 让 SASRec 使用与语言模型相同的损失，即完整的交叉熵（cross-entropy）：在下一物品任务上，它领先于所比较的语言模型。一项对 64 篇论文的调查（Shehzad and Jannach 2026）发现，没有一篇给出了重新运行所需的全部细节。
# - **考试之前就读过。** Di Palma et al. (2025) 让大模型背 MovieLens-1M 的行：都能背出一部分，最大的背出了电影表的大半，而且背得越多，推荐得越好。MovieLens 上的好成绩可能来自记忆（我们的模型见[选读](#know)）。
#
# 相信这类推荐模型的人会说：你们的模型小，压到了 4 位，也没有为此微调过。没错，这里的一切都不能否定更大的或微调过的模型。不相信的人会说：没有这些对照，谁也不会发现。这也没错。本章不能说的：大模型在没有读过的日志上如何，在本任务上训练过的模型能否胜过这里的 EASE，用简介代替片名又会怎样。本章能说的：语言模型旁边，要放上流行度、没有历史的提示词、别人的历史，以及打乱的选项。

# %% [markdown] lang="en"
# The core ends here. Behind the quiz stand: how a text is [continued](#continue), what the model [knows of films](#know), and its [vectors](#vectors).

# %% [markdown] lang="zh"
# 核心部分到此结束。小测之后还有：文字怎样[续写](#continue)，模型[知道哪些电影](#know)，以及它的[向量](#vectors)。

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
# This section adds how a model that continues a text is trained, and how a text is drawn from it. A sentence of four tokens stands for billions: *I liked toy story*. In one pass the model gives, at each place, probabilities for the next token; the **causal mask** of chapter 04 keeps every place from looking ahead, so all four are honest guesses. The loss is the mean of $-\log P$ of what really came. By pencil, with logarithms to base 2, the four right tokens have probabilities ½, ¼, ⅛ and ¼: they lose 1, 2, 3 and 2 bits, 2 on average. $2^2 = 4$ is the **perplexity**: the model was as unsure as among four equally likely tokens.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 续写文字 <a id="continue"></a>
#
# 这一节补充：续写文字的模型怎样训练，怎样从中抽取文字。用一句四个词元的话代表几十亿句：*I liked toy story*（我喜欢玩具总动员）。模型读一遍，在每个位置给出下一个词元的概率；第 04 章的**因果掩码**（causal mask）使每个位置都看不到后面，所以四次都是真的预测。损失是实际出现的词元的 $-\log P$ 的平均。笔算，以 2 为底，四个正确词元的概率是 ½、¼、⅛、¼：损失 1、2、3、2 比特，平均 2。$2^2 = 4$ 就是**困惑度**（perplexity）：相当于在四个同样可能的词元里选。

# %%
shares = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 4])
loss = -np.log2(shares).mean()
loss, 2**loss

# %% [markdown] lang="en"
# To write, one token is drawn, put behind the text, and the model is asked again. A **temperature** $T$ divides the logits $z$ before the softmax, and **top-k** keeps only the $k$ largest:
#
# $$P(t) = \frac{e^{z_t / T}}{\sum_{u \in K} e^{z_u / T}} \quad \text{for } t \in K, \text{ the } k \text{ tokens with the largest } z, \text{ and } 0 \text{ for all others}$$
#
# By pencil: logits $\log 4, \log 2, \log 1$ stand for shares 4 : 2 : 1. At $T = \frac12$ they become 16 : 4 : 1. With $k = 2$ at $T = 1$, the shares are ⅔, ⅓ and 0. $T \to 0$ is **greedy**: always the most probable. Stored, for the list of the first cell:

# %% [markdown] lang="zh"
# 写的时候，抽一个词元，接在后面，再问一次模型。**温度系数** $T$在 softmax 之前除 logits $z$，**top-k** 只留最大的 $k$ 个：
#
# $$P(t) = \frac{e^{z_t / T}}{\sum_{u \in K} e^{z_u / T}} \quad \text{for } t \in K, \text{ the } k \text{ tokens with the largest } z, \text{ and } 0 \text{ for all others}$$
#
# （只在留下的词元上求和，其余的概率为 0。）笔算：logits 为 $\log 4, \log 2, \log 1$，即 4 : 2 : 1。$T = \frac12$ 时变成 16 : 4 : 1。$T = 1$、$k = 2$ 时，概率是 ⅔、⅓ 和 0。$T \to 0$ 就是**贪心**（greedy）：每次都取最可能的。下面是第一格里那个列表的结果（预先存好）：

# %%
figures.next_tokens({heat: [tuple(pair) for pair in found] for heat, found in kept["said"][", ".join(liked)]["next"].items()})

# %% [markdown] lang="en"
# **Exercise 3.** Write it. ({points})

# %% [markdown] lang="zh"
# **练习 3** 写出这个公式。（{points}）

# %% exercise="generative-temperature" points=2
def next_token_probabilities(logits, temperature, k):
    """en: Probabilities (n,) of the next token: of the k largest logits (n,) at a temperature, 0 for the others.
    zh: 下一个词元的概率 (n,)：在某个温度下只留 logits (n,) 中最大的 k 个，其余为 0。"""
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
# This section adds what the model has read. Can it be that it knows our test set by heart? Three probes, all stored.
#
# **Titles.** After "I watched the film": the perplexity of 40 titles that are rated most, of 40 that are rated 5 to 19 times, and of invented twins of both, as many words, taken from other titles.

# %% [markdown] lang="zh"
# ### 它知道电影吗？ <a id="know"></a>
#
# 这一节补充这个模型读过什么。它会不会背下了我们的测试集（test set）？三种检验，都是预先存好的。
#
# **片名。** 在 “I watched the film”（我看了电影）之后，比较四组片名的困惑度：评分最多的 40 个，评分 5 到 19 次的 40 个，以及两组各自的编造版，词数相同，词取自别的片名。

# %%
groups = {name: np.array(kept["perplexity"][name]) for name in ("much rated", "much rated, invented", "little rated", "little rated, invented")}
figures.perplexities(groups)

# %%
known = bootstrap(groups["much rated, invented"] - groups["much rated"])
recbook.claim(
    known.low > 0,
    en="A much rated title has perplexity {much:.0f}, an invented one of as many words {invented:.0f}.",
    zh="评分多的片名困惑度为 {much:.0f}，词数相同的编造片名为 {invented:.0f}。",
    much=np.exp(groups["much rated"].mean()), invented=np.exp(groups["much rated, invented"].mean()),
)

# %% [markdown] lang="en"
# **Years.** What year does the model write after `Toy Story (`? It was asked for the 20 films rated most. To guess one and the same year for all is the baseline.

# %% [markdown] lang="zh"
# **年份。** 在 `Toy Story (` 之后，模型会写出哪一年？问了评分最多的 20 部电影。对所有电影都猜同一个年份，是基线。

# %%
written, right = np.array(kept["years"]["form"]), np.array(kept["years"]["right"])
commonest = int(np.unique(right, return_counts=True)[1].max())
recbook.claim(
    (written == right).sum() < commonest,
    en="Of {films} years it writes {correct} right; always the commonest year, {commonest}.",
    zh="{films} 个年份中，它写对了 {correct} 个；总猜最常见的年份，对 {commonest} 个。",
    takeaway=False, films=len(right), correct=int((written == right).sum()), commonest=commonest,
)

# %% [markdown] lang="en"
# **The file itself.** The data set's list of films is public: a model that has it by heart goes on from the first line. Below stand what the model wrote and what really comes next.

# %% [markdown] lang="zh"
# **文件本身。** 数据集的电影表是公开的：背下了它的模型，能从第一行接着往下写。下面是模型写的，以及真正的下一行。

# %%
line = kept["lines"]
print(line["prompt"], line["written"], sep="\n")
print("\n" + line["true"])

# %%
recbook.claim(
    line["written"] != line["true"],
    en="It keeps the form and writes the first film again. Among {among} films, the true next one, GoldenEye, is at place {line} after that line, and at {none} without it.",
    zh="它保持了形式，却又写了一遍第一部电影。在 {among} 部电影中，真正的下一部 GoldenEye（《黄金眼》）在这一行之后排第 {line}，没有这一行时排第 {none}。",
    takeaway=False, among=line["among"], line=line["ranks"]["line"], none=line["ranks"]["none"],
)

# %% [markdown] lang="en"
# So fame is known here, and the file is not known by heart. (That GoldenEye moves up after the line is one film, and no proof of more.) For large models the opposite is reported (Di Palma et al. 2025, [above](#others)): they recite many rows of MovieLens-1M. Then a good score on it may be memory, and only a log from after the model's reading can tell.

# %% [markdown] lang="zh"
# 可见，名气它知道，文件它背不出来。（GoldenEye 在这一行之后名次上升，只是一部电影，不足为证。）对大模型的报告正相反（Di Palma et al. 2025，见[上文](#others)）：它们能背出 MovieLens-1M 的许多行。那样的话，高分可能来自记忆，只有在模型读完之后才产生的日志才能分辨。

# %% [markdown] lang="en"
# ### Its vectors <a id="vectors"></a>
#
# This section adds another use: leave the words, take the vectors inside. Each of the 30 layers gives every token of a title 576 numbers; layer 0 is the table of tokens. Take the mean over a title's tokens, layer by layer, and look at the cosine of two titles:

# %% [markdown] lang="zh"
# ### 它的向量 <a id="vectors"></a>
#
# 这一节补充另一种用法：不要它的话，取它里面的向量。30 层中的每一层，都给片名的每个词元 576 个数；第 0 层是词元表。对片名的词元取平均，一层一层地看两个片名的余弦：

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
# 为什么？因果掩码使第一个词元只看得到自己。解码器把它用作没什么可看时的去处，即**注意力汇**（attention sink；Xiao et al. 2024，Gu et al. 2025 在小模型中也发现了它）；这里它的向量极大，而且对每个片名几乎都一样。对词元取平均，得到的主要就是它。（去掉它之后，余下的仍偏向同一侧，即第 05 章的各向异性（anisotropy）。）两种办法：在前面加几个词（`The film "Toy Story" is a`，取最后一个词元，它已读过片名）；把 576 列各自在全部电影上**标准化**，使少数几列不能左右余弦。
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
chosen = [one["kernel"].split(", ") for one in cold["chosen"]["language model"]]
in_sentence = sum(text == "sentence" for text, *_ in chosen)
recbook.claim(
    in_sentence >= 3,
    en="The inner sets chose the last token of the sentence in {in_sentence} of 5 cases; the raw mean of layer 15 reaches only {raw:.3f}.",
    zh="内层集合在 5 组中有 {in_sentence} 组选了整句的最后一个词元；第 15 层的原始平均只有 {raw:.3f}。",
    takeaway=False, in_sentence=in_sentence, raw=np.mean(cold["ndcg"]["raw"]),
)

# %% [markdown] lang="en"
# So a model that was never trained to compare texts holds good vectors of titles, if one knows where to look: which layer, which token, standardised or not moves the result more than the choice between the two models. That is why such a choice belongs on inner sets.

# %% [markdown] lang="zh"
# 可见，从没受过比较文本训练的模型，里面也有好的片名向量，只要知道取哪里：取哪一层、哪个词元、是否标准化，对结果的影响比换模型还大。所以这种选择要在内层集合上做。

# %% [markdown] lang="en"
# ### Further reading
#
# - K. Bao et al. (2023). *TALLRec: an effective and efficient tuning framework to align large language model with recommendation.* RecSys. [arXiv:2305.00447](https://arxiv.org/abs/2305.00447).
# - D. Di Palma et al. (2025). *Do LLMs memorize recommendation datasets? A preliminary study on MovieLens-1M.* SIGIR. [arXiv:2505.10212](https://arxiv.org/abs/2505.10212).
# - S. Geng et al. (2022). *Recommendation as language processing (RLP): a unified pretrain, personalized prompt & predict paradigm (P5).* RecSys. [doi:10.1145/3523227.3546767](https://doi.org/10.1145/3523227.3546767).
# - X. Gu et al. (2025). *When attention sink emerges in language models: an empirical view.* ICLR. [arXiv:2410.10781](https://arxiv.org/abs/2410.10781).
# - Y. Hou et al. (2024). *Large language models are zero-shot rankers for recommender systems.* ECIR. [arXiv:2305.08845](https://arxiv.org/abs/2305.08845).
# - J. Liao et al. (2024). *LLaRA: large language-recommendation assistant.* SIGIR. [doi:10.1145/3626772.3657690](https://doi.org/10.1145/3626772.3657690).
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research: worrying observations from an initial analysis.* UMAP. [Page of the study](https://faisalse.github.io/LLM-reproducibility-audit_/).
# - D. Sileo, W. Vossen and R. Raymaekers (2022). *Zero-shot recommendation as language modeling.* ECIR. [arXiv:2112.04184](https://arxiv.org/abs/2112.04184).
# - G. Xiao et al. (2024). *Efficient streaming language models with attention sinks.* ICLR. [arXiv:2309.17453](https://arxiv.org/abs/2309.17453).
# - C. Xu et al. (2024). *Understanding the role of cross-entropy loss in fairly evaluating large language model-based recommendation.* [arXiv:2402.06216](https://arxiv.org/abs/2402.06216).
# - Z. Zhao et al. (2021). *Calibrate before use: improving few-shot performance of language models.* ICML. [arXiv:2102.09690](https://arxiv.org/abs/2102.09690).

# %% [markdown] lang="zh"
# ### 延伸阅读
#
# - K. Bao et al. (2023). *TALLRec: an effective and efficient tuning framework to align large language model with recommendation.* RecSys. [arXiv:2305.00447](https://arxiv.org/abs/2305.00447)。
# - D. Di Palma et al. (2025). *Do LLMs memorize recommendation datasets? A preliminary study on MovieLens-1M.* SIGIR. [arXiv:2505.10212](https://arxiv.org/abs/2505.10212)。
# - S. Geng et al. (2022). *Recommendation as language processing (RLP): a unified pretrain, personalized prompt & predict paradigm (P5).* RecSys. [doi:10.1145/3523227.3546767](https://doi.org/10.1145/3523227.3546767)。
# - X. Gu et al. (2025). *When attention sink emerges in language models: an empirical view.* ICLR. [arXiv:2410.10781](https://arxiv.org/abs/2410.10781)。
# - Y. Hou et al. (2024). *Large language models are zero-shot rankers for recommender systems.* ECIR. [arXiv:2305.08845](https://arxiv.org/abs/2305.08845)。
# - J. Liao et al. (2024). *LLaRA: large language-recommendation assistant.* SIGIR. [doi:10.1145/3626772.3657690](https://doi.org/10.1145/3626772.3657690)。
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research: worrying observations from an initial analysis.* UMAP. [研究的网页](https://faisalse.github.io/LLM-reproducibility-audit_/)。
# - D. Sileo, W. Vossen and R. Raymaekers (2022). *Zero-shot recommendation as language modeling.* ECIR. [arXiv:2112.04184](https://arxiv.org/abs/2112.04184)。
# - G. Xiao et al. (2024). *Efficient streaming language models with attention sinks.* ICLR. [arXiv:2309.17453](https://arxiv.org/abs/2309.17453)。
# - C. Xu et al. (2024). *Understanding the role of cross-entropy loss in fairly evaluating large language model-based recommendation.* [arXiv:2402.06216](https://arxiv.org/abs/2402.06216)。
# - Z. Zhao et al. (2021). *Calibrate before use: improving few-shot performance of language models.* ICML. [arXiv:2102.09690](https://arxiv.org/abs/2102.09690)。
