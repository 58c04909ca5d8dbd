# The cells of chapter 11's sections on music and news. CORE first, then DEEPER.
# What they need at the top of the chapter (besides numpy as np, pandas as pd, recbook, plots, figures, recbook.setup):
# from dataclasses import replace
# from recbook.data import Split, listeners, newsroom
# from recbook.evaluation import bootstrap, evaluate_tasks
# from recbook.models import EASE, OwnFrequency, Popularity
# from recbook.text import TextEncoder
# from recbook.vectors import unit

# ================================================================ CORE: music

# %% [markdown] lang="en"
# ## Music: the same tune again <a id="music"></a>
#
# The items are real: 2,870 fiddle tunes, printed in Boston in 1883 (Ryan) and in Chicago in 1903 (O'Neill) and long out of copyright. What does a file know of a tune? A title, a metre, a key, and the melody as letters: `G` is a note, `g` the same an octave higher, `^f` an f sharp, `e2` an e of twice the length.

# %% [markdown] lang="zh"
# ## 音乐：同一首曲子，再来一遍 <a id="music"></a>
#
# 物品是真实的：2,870 首小提琴曲，1883 年刊于波士顿（Ryan），1903 年刊于芝加哥（O'Neill），版权早已过期。文件里有一首曲子的哪些信息？标题、拍号、调，还有用字母写成的旋律：`G` 是一个音，`g` 高一个八度，`^f` 是升 f，`e2` 是两倍长的 e。

# %%
from recbook.plots.sound import play_melody, show_sound
from recbook.text import melodies

tunes = recbook.load("tunes")
two = tunes[tunes["title"].isin(["Trip To Galway", "Come In from the Rain"])]
figures.scores(two)

# %%
for _, tune in two.iterrows():
    show_sound(play_melody(tune["notes"], tune["lengths"]), f"{tune['title']} ({tune['key']}), {tune['book']}")

# %% [markdown] lang="en"
# Two books, two names, two keys, and one tune: press both buttons. A table of notes does not see it, for hardly a note is the same. What stays is the step from each note to the next, the **interval**, in semitones. By pencil: G A B c are the MIDI numbers 67 69 71 72, with the steps 2 2 1. A tone higher they are 69 71 73 74, and the steps are 2 2 1 again. So a melody is a sentence whose words are intervals.
#
# **Exercise.** Write down a melody's runs of $n$ steps. ({points})

# %% [markdown] lang="zh"
# 两本书，两个名字，两个调，却是同一首曲子：两个按钮都点一下。音高的表看不出来，因为几乎没有一个音相同。不变的是每个音到下一个音的距离，即**音程**（interval），以半音计。笔算：G A B c 的 MIDI 编号是 67 69 71 72，音程是 2 2 1；高一个全音是 69 71 73 74，音程仍是 2 2 1。所以旋律是句子，音程是词。
#
# **练习** 写出一段旋律中所有 $n$ 个音程的片段。（{points}）

# %% exercise="applications-step-runs" points=1
def step_runs(notes, n):
    """en: All runs of n neighbouring steps, in order, as a list of tuples; a step is a note less the one
    en: before it. notes: a list of MIDI numbers, longer than n.
    zh: 按顺序返回所有由 n 个相邻音程组成的片段，是元组的列表；音程等于一个音减去它前面的音。
    zh: notes 是 MIDI 编号的列表，长度大于 n。"""
    ### BEGIN SOLUTION
    steps = [later - earlier for earlier, later in zip(notes[:-1], notes[1:], strict=True)]
    return [tuple(steps[at : at + n]) for at in range(len(steps) - n + 1)]
    ### END SOLUTION

# %% check="applications-step-runs"
recbook.check("applications-step-runs", step_runs)

# %% [markdown] lang="en"
# Does it hold beyond one pair? Both books have 77 titles in common, so there is a test that nobody had to label: give Ryan's tune, rank all of O'Neill's melodies, and see whether the namesake comes first. We ask those whose two printings have different tonics. Runs weigh more the rarer they are (tf-idf); the mean of Word2Vec's vectors of all intervals (chapter 03) stands beside them, and so do random vectors.

# %% [markdown] lang="zh"
# 换成别的曲子也成立吗？两本书有 77 个标题相同，于是有了一道不需要人工标注的题：给出 Ryan 的曲子，给 O'Neill 的全部旋律排序，看同名曲是否排在首位。我们只问两次刊印主音不同的曲子。片段越少见，权重越大（tf-idf）；旁边放上全部音程的 Word2Vec 向量（第 03 章）的平均，以及随机向量。

# %%
pairs = melodies.same_titles(tunes)
tonic = tunes["key"].str.split(" ").str[0].to_numpy()
moved = pairs[tonic[pairs[:, 0]] != tonic[pairs[:, 1]]]
oneill = np.flatnonzero(tunes["book"] == "oneill")
sentences = melodies.interval_sentences(tunes["notes"])
words_of = {"runs of notes": [notes.tolist() for notes in tunes["notes"]], "runs of intervals": sentences}
place = {kind: {n: melodies.partner_ranks(melodies.gram_table(words, n), moved, oneill) for n in (1, 2, 3, 5)}
         for kind, words in words_of.items()}
averaged = {"Word2Vec mean": melodies.word2vec_table(sentences),
            "random vectors": np.random.default_rng(0).normal(size=(len(tunes), 32))}
flat = {kind: melodies.partner_ranks(table, moved, oneill) for kind, table in averaged.items()}
figures.partners(place, flat)

# %%
by_steps, by_notes = (place[kind][5] == 1 for kind in ("runs of intervals", "runs of notes"))
gain = bootstrap(by_steps.astype(float) - by_notes)
recbook.claim(
    gain.low > 0,
    en="Of {pairs} tunes printed in two keys, runs of five intervals find the namesake first for {steps:.0%}, "
    "runs of five notes for {notes:.0%} (95% interval of the difference: {low:+.2f} to {high:+.2f}).",
    zh="在两本书中主音不同的 {pairs} 首曲子里，五个音程的片段有 {steps:.0%} 把同名曲排在首位，五个音的片段只有 "
    "{notes:.0%}（两者之差的 95% 区间为 {low:+.2f} 到 {high:+.2f}）。",
    takeaway=dict(
        en="A melody is its steps, not its notes: choose words that stay when the tune moves.",
        zh="旋律在于音程，不在于音高：换调之后不变的，才适合当“词”。",
    ),
    pairs=len(moved), steps=by_steps.mean(), notes=by_notes.mean(), low=gain.low, high=gain.high,
)

# %% [markdown] lang="en"
# Longer runs stop helping at about five steps. The rest is no failure of the model: "The First of May" is one tune in one book and another in the other. A name is not a tune, as any fiddler knows. (What word vectors lose, and what tells a reel from a hornpipe, stands [under Deeper](#deeper-music).)
#
# **Who listens?** Nobody's plays from 1903 are left, so the listeners are **invented**. Here is the whole recipe; change a number and run on. A listener leans to a few kinds of tune, plays sets of one rhythm, takes up a tune heard before with the chance `again`, and skips what does not please.

# %% [markdown] lang="zh"
# 片段长到五个音程左右就不再有帮助。其余的不是模型的错：“The First of May”（五月一日）在两本书里是两首不同的曲子。同名未必同曲，拉小提琴的人都知道。（词向量丢了什么，怎样区分里尔舞曲和角笛舞曲，见[选读](#deeper-music)。）
#
# **谁在听？** 1903 年的播放记录没有留下，所以听众是**虚构的**。全部设定都在下面；改一个数，往下运行即可。每位听众偏爱少数几类曲子，成组播放同一节奏的曲子，以 `again` 的概率重听以前听完过的，不喜欢的就跳过。

# %%
recipe = listeners.Recipe(again=0.5, fade=0.7, stay=0.9, lean=5.0, reserve=1.2)
playable = tunes[tunes["rhythm"].isin(listeners.PLAIN_RHYTHMS)].reset_index(drop=True)
evenings = listeners.listen(playable, recipe)
plays, last = evenings.log, recipe.evenings - 1
heard = plays.take(plays.rating > 0)  # heard to the end
evening = evenings.evening[plays.rating > 0]
nights = Split(heard.take(evening < last - 1), heard.take(evening == last - 1), heard.take(evening == last), repeats="keep")

# %%
recbook.claim(
    plays.repeats().mean() > 0.4,
    en="Of {plays:,} plays {skipped:.0%} are skipped, and {again:.0%} are of a tune that the listener has met before.",
    zh="{plays:,} 次播放中，{skipped:.0%} 被跳过，{again:.0%} 是听众遇到过的曲子。",
    plays=plays.n, skipped=1 - plays.rating.mean(), again=plays.repeats().mean(),
)

# %% [markdown] lang="en"
# What will be played on the last evening? The models learn from tunes heard to the end; the half-life of "own plays, recent first" and EASE's penalty are chosen on the evening before it, for each task. And what should be played that is **new** to the listener? Since the chances are known, ten new tunes are worth what is heard of them to the end on average.

# %% [markdown] lang="zh"
# 最后一晚会播放什么？模型从听完的曲子中学习；“自己的播放次数（近期加权）”的半衰期和 EASE 的惩罚，都用前一晚按任务分别选定。听众**没听过的**曲子里，又该放哪些？概率已知，所以十首新曲的价值，就是平均能听完几首。

# %%
unheard = plays.take(evenings.evening < last).matrix().toarray() == 0
chances_of = evenings.world.click_probabilities()  # (listeners, tunes): to be heard to the end
people, history = np.arange(recipe.listeners), nights.history("test")


def ten_new(scores):
    """en: How many of each listener's ten best-scored new tunes are heard to the end, on average: (listeners,).
    zh: 每位听众得分最高的十首新曲，平均能听完几首：(listeners,)。"""
    ten = np.argsort(np.where(unheard, -scores, np.inf), axis=1, kind="stable")[:, :10]
    return np.take_along_axis(chances_of, ten, axis=1).sum(axis=1)


choices = {"popularity": [Popularity()], "EASE": [EASE(l2) for l2 in (30.0, 100.0, 300.0, 1000.0)],
           "own plays": [OwnFrequency()],
           "own plays, recent first": [OwnFrequency(weeks) for weeks in (0.5, 1.0, 2.0, 4.0)]}
night = {}
for way, models in choices.items():
    tried = [evaluate_tasks(model, nights, ("all", "new"), on="valid") for model in models]
    best = {task: models[int(np.argmax([one[task]["ndcg@10"] for one in tried]))] for task in ("all", "new")}
    night[way] = {"all": evaluate_tasks(best["all"], nights, ("all",))["all"].per_user["ndcg@10"],
                  "new": ten_new(best["new"].score(people, history))}
figures.two_tasks(night)

# %%
factor = np.nanmean(night["own plays, recent first"]["all"]) / np.nanmean(night["EASE"]["all"])
found_new = bootstrap(night["EASE"]["new"] - night["own plays, recent first"]["new"])
recbook.claim(
    factor > 1.5 and found_new.low > 0,
    en="For whatever is played next, counting a listener's own recent plays is worth {factor:.1f} times EASE; of ten tunes new to "
    "the listener EASE's bring {low:.2f} to {high:.2f} more that are heard to the end.",
    zh="对接下来播放的任何曲子，数一数听众自己最近的播放，效果是 EASE 的 {factor:.1f} 倍；推荐十首没听过的曲子，EASE 选的能多听完 "
    "{low:.2f} 到 {high:.2f} 首。",
    takeaway=dict(
        en="Music comes back, like milk: first ask whether you recommend what is known or what is new.",
        zh="音乐像牛奶一样会反复出现：先问清楚，要推荐的是熟悉的还是没听过的。",
    ),
    factor=factor, low=found_new.low, high=found_new.high,
)

# %% [markdown] lang="en"
# Who wins on the left follows from `again` (set it to 0 and see). What remains for a real service is to know which of the two its listeners came for.

# %% [markdown] lang="zh"
# 左边谁胜出，取决于 `again`（设为 0 试试）。真实的服务要弄清楚的是：听众来这里，是为了哪一种？

# ================================================================ CORE: news

# %% [markdown] lang="en"
# ## News: everything is new, and old by tomorrow <a id="news"></a>
#
# Real headlines belong to their outlets. We looked for a collection with dates whose licence covers the texts, and not only the code around them, and found none that shows it. So the headlines here are **of our own making**, from an invented press of five outlets, and the readers are **invented** too. They stand for what every news desk knows: several outlets tell one event, each in its words; an article fades within a day; a few readers' interests change. What is learned here is how the methods behave, not how many people read about hospitals.

# %% [markdown] lang="zh"
# ## 新闻：样样都新，明天就旧 <a id="news"></a>
#
# 真实的标题属于媒体。我们找过带日期的新闻合集，希望许可涵盖文字本身而不只是外面的代码，没有一份能证明这一点。所以这里的标题是**自己编写的**，来自虚构的五家媒体；读者也是**虚构的**。它们体现的是每个编辑部都熟悉的情形：同一件事有几家报道，措辞各不相同；文章一天之内就会变冷；有些读者的兴趣会变。这里学到的是方法的表现，不是有多少人关心医院。

# %%
press_recipe = newsroom.Recipe(fades=12.0, alive=48, lean=4.0, drifts=0.6, shout=1.0)
press = newsroom.publish(press_recipe)
articles, clicks = press.articles, press.clicks()
shown = articles[articles["event"] == articles["event"].value_counts(sort=False).sort_index().idxmax()]
plots.table(shown[["outlet", "headline", "headline_zh"]])

# %%
age_shown = press.visits[:, 1:] - articles["hour"].to_numpy()[press.shown]
bins = np.arange(0, press_recipe.alive + 1, 6)
counts = [np.histogram(age_shown[kept], bins)[0] for kept in (press.clicked, press.shown >= 0)]
figures.ages(bins[:-1] + 3, *counts)

# %% [markdown] lang="en"
# Half of the clicks' odds are gone after `fades` hours. EASE learns which articles are clicked by the same people, and an article of this morning has been clicked by nobody. Fitted every night, what has it to offer?

# %% [markdown] lang="zh"
# 过了 `fades` 小时，点击的几率减半。EASE 学的是哪些文章被同一批人点击，而今早的文章还没有人点过。每晚拟合一次，它能提供什么？

# %%
born = articles["hour"].to_numpy()[clicks[:, 1].astype(int)]
since_midnight = (born >= clicks[:, 2] // 24 * 24).mean()
recbook.claim(
    since_midnight > 0.35,
    en="{share:.0%} of all {clicks:,} clicks are on articles that did not exist at midnight: a model fitted at night scores them all 0.",
    zh="{clicks:,} 次点击中有 {share:.0%} 落在零点时还不存在的文章上：夜里拟合的模型给它们的得分全是 0。",
    share=since_midnight, clicks=len(clicks),
)

# %% [markdown] lang="en"
# Two things need no click on the article itself. **Popularity of the last hours** needs only a few clicks of others. And a **profile**: MiniLM's vectors (chapter 05) of what the reader clicked, averaged, the older click weighing less: $w = 0.5^{a/h}$, where $a \ge 0$ is its age in hours and $h > 0$ the **half-life**. By pencil: two clicks, of now and of 24 hours ago, with $h = 24$ weigh 1 and 1/2, so the profile is two thirds of the first and one third of the second.
#
# **Exercise.** EASE has nothing to say; write the profile. ({points})

# %% [markdown] lang="zh"
# 有两种办法不需要文章本身的点击记录。**最近几小时的流行度**只需要别人的少量点击。另一种是**画像**（profile）：把读者点击过的文章的 MiniLM 向量（第 05 章）取平均，越旧的点击权重越小：$w = 0.5^{a/h}$，$a \ge 0$ 是距今的小时数，$h > 0$ 是**半衰期**（half-life）。笔算：两次点击，一次刚才，一次 24 小时前，$h = 24$，权重是 1 和 1/2，画像就是前者的三分之二加后者的三分之一。
#
# **练习** EASE 无话可说；请写出画像。（{points}）

# %% exercise="applications-half-life-profile" points=2
def half_life_profile(vectors, ages, half_life):
    """en: The weighted mean (d,) of one reader's clicked articles. vectors (clicks, d); ages (clicks,) in
    en: hours; a click's weight halves with every half_life hours.
    zh: 一位读者点击过的文章的加权平均 (d,)。vectors (clicks, d)；ages (clicks,) 以小时计；
    zh: 每过 half_life 小时，一次点击的权重减半。"""
    ### BEGIN SOLUTION
    weights = 0.5 ** (np.asarray(ages) / half_life)
    return weights @ vectors / weights.sum()
    ### END SOLUTION

# %% check="applications-half-life-profile"
recbook.check("applications-half-life-profile", half_life_profile)

# %% [markdown] lang="en"
# The test is the last week: at each visit a rule makes a list of five from what is on the page, one article an event. Since the chances are known, a list's worth is its expected clicks, not the luck of a draw. All settings are chosen on the week before. Encoding takes a few seconds.

# %% [markdown] lang="zh"
# 测试用最后一周：每次访问，规则从当时页面上的文章里排出五条，一件事只占一条。概率已知，所以列表的价值就是期望点击数，与抽样的运气无关。所有参数都用前一周选定。编码需要几秒。

# %%
from recbook.models.fresh import near_twins, profiles, recent_counts
from recbook.text.pooling import center

meaning = unit(center(TextEncoder().encode(articles["headline"].tolist())))
section = unit(center((articles["section"].to_numpy()[:, None] == np.array(newsroom.SECTIONS)).astype(float)))
chance = unit(np.random.default_rng(0).normal(size=meaning.shape))
hours = np.unique(press.visits[:, 1])
week = {"valid": hours[(hours >= 7 * 24) & (hours < 14 * 24)], "test": hours[hours >= 14 * 24]}


def crowd(window, fade=0.0, weight=1.0):
    """en: Scores the same for everybody: clicks of the last `window` hours (log), less `fade` per 12 hours of age.
    zh: 对所有人相同的得分：最近 `window` 小时的点击（取对数），每 12 小时减去 `fade`。"""
    def scorer(hour, readers):
        counts = recent_counts(clicks, len(articles), hour, window)[press.alive(hour)]
        return np.tile(weight * np.log1p(counts) - (fade + 1e-6) * press.ages(hour) / 12, (len(readers), 1))
    return scorer


def taste(table, half_life, weight, base):
    """en: The base's scores plus `weight` times the cosine of the reader's profile with each article.
    zh: 在 base 的得分之上，加 `weight` 乘以读者画像与每篇文章的余弦。"""
    def scorer(hour, readers):
        people = profiles(clicks, table, press_recipe.readers, hour, half_life)[readers]
        return base(hour, readers) + weight * people @ table[press.alive(hour)].T
    return scorer


def nightly(l2, hourly=False):
    """en: EASE, fitted at midnight, or on all clicks before the visit.
    zh: EASE：零点拟合，或用访问之前的全部点击拟合。"""
    fitted = {}
    def scorer(hour, readers):
        at = hour if hourly else hour // 24 * 24
        if at not in fitted:
            fitted[at] = EASE(l2).fit(press.log(at))
        return fitted[at].score(readers)[:, press.alive(hour)]
    return scorer


def chosen(scorers):
    """en: The scorer worth most clicks in the week to choose by.
    zh: 在用来选择的那一周里，点击最多的得分方法。"""
    return max(scorers, key=lambda one: np.nanmean(newsroom.replay(press, week["valid"], one).clicks))

# %%
windows = (6, 12, 24, 48)
fresh = chosen([crowd(24, fade, weight) for fade in (0.5, 1.0) for weight in (0.5, 1.0)])
tables = {"random": chance, "MiniLM": meaning, "section": section}
tastes = {name: chosen([taste(table, half_life, weight, fresh) for half_life in (48, 168, None) for weight in (1, 2)])
          for name, table in tables.items()}
rules = {
    "random": lambda hour, readers: np.random.default_rng(hour).random((len(readers), len(press.alive(hour)))),
    "EASE, nightly": chosen([nightly(l2) for l2 in (10.0, 100.0)]),
    "EASE, hourly": nightly(100.0, hourly=True),
    "newest": lambda hour, readers: np.tile(-press.ages(hour), (len(readers), 1)),
    "clicks so far": crowd(np.inf), "recent clicks": chosen([crowd(window) for window in windows]),
    "fresh, clicked": fresh,
    **{f"with a {name} profile": tastes[name] for name in ("random", "MiniLM", "section")},
    "everything known": lambda hour, readers: press.world(hour).click_probabilities()[readers],
}
worth = {rule: newsroom.replay(press, week["test"], scorer).clicks for rule, scorer in rules.items()}
figures.policies(worth)

# %%
ahead = bootstrap(worth["newest"] - worth["EASE, hourly"])
recbook.claim(
    ahead.low > 0 and bootstrap(worth["fresh, clicked"] - worth["newest"]).low > 0
    and bootstrap(worth["recent clicks"] - worth["EASE, hourly"]).low > 0,
    en="Newest first reads nothing but the clock and is worth {clock:.2f} clicks; EASE, fitted on all clicks at the very visit, "
    "{ease:.2f} (95% interval of the difference: {low:+.2f} to {high:+.2f}).",
    zh="最新优先只看时钟，就值 {clock:.2f} 次点击；EASE 在访问时用全部点击拟合，只值 {ease:.2f} 次（两者之差的 95% 区间为 "
    "{low:+.2f} 到 {high:+.2f}）。",
    takeaway=dict(
        en="In news freshness comes first: a clock beats a model of the whole past.",
        zh="新闻先看新鲜：一只时钟，胜过记住全部过去的模型。",
    ),
    clock=np.nanmean(worth["newest"]), ease=np.nanmean(worth["EASE, hourly"]), low=ahead.low, high=ahead.high,
)

# %%
added = {name: bootstrap(worth[f"with a {name} profile"] - worth["fresh, clicked"]) for name in tables}
recbook.claim(
    added["MiniLM"].low > 0 and bootstrap(worth["with a MiniLM profile"] - worth["with a random profile"]).low > 0,
    en="A MiniLM profile adds {low:.3f} to {high:.3f} clicks to a fresh list; a profile of random vectors ends at {random:.3f} "
    "clicks, against {meaning:.3f}.",
    zh="在新鲜列表之上，MiniLM 画像再加 {low:.3f} 到 {high:.3f} 次点击；随机向量的画像只到 {random:.3f} 次，MiniLM 为 {meaning:.3f} 次。",
    low=added["MiniLM"].low, high=added["MiniLM"].high,
    random=np.nanmean(worth["with a random profile"]), meaning=np.nanmean(worth["with a MiniLM profile"]),
)

# %% [markdown] lang="en"
# Much is left to whoever would know every chance: readers click seldom, and a headline's vector tells its place and its people as loudly as its section. The readers lean to sections by our recipe, so the section profile is close to the truth here; a real desk has labels too.
#
# ### A list that closes, and what opening costs
#
# A list that follows taste shows more of the same. Keep some of the five places for sections that the list lacks. What does it cost?

# %% [markdown] lang="zh"
# 离“已知全部概率”还差很多：读者点得少，而标题的向量里，地名和人名与版面一样响亮。读者按我们的设定偏爱版面，所以版面画像在这里接近真相；真实的编辑部也有标签。
#
# ### 列表会变窄，打开它要付多少代价
#
# 跟着口味走的列表，越看越像。从五个位置里留出几个，给列表中还没有的版面，代价是多少？

# %%
openings = range(5)
opened = [newsroom.replay(press, week["test"], tastes["MiniLM"], kept=kept) for kept in openings]
figures.price_of_opening(list(openings), *(np.array([np.nanmean(part) for part in parts]) for parts in zip(*opened)))

# %%
lost = bootstrap(1 - opened[2].clicks / opened[0].clicks)
recbook.claim(
    lost.low > 0 and np.nanmean(opened[2].sections) > np.nanmean(opened[0].sections) + 0.5,
    en="Two places of five kept for other sections cost {low:.1%} to {high:.1%} of the clicks and bring {before:.1f} sections "
    "a list to {after:.1f}.",
    zh="五个位置留两个给其他版面，要付出 {low:.1%} 到 {high:.1%} 的点击，每张列表的版面从 {before:.1f} 个增加到 {after:.1f} 个。",
    takeaway=dict(
        en="Opening a narrow list has a price, and it can be measured before anybody decides.",
        zh="打开变窄的列表要付代价，而代价可以先量出来，再作决定。",
    ),
    low=lost.low, high=lost.high, before=np.nanmean(opened[0].sections), after=np.nanmean(opened[2].sections),
)

# %% [markdown] lang="en"
# [Deeper](#deeper-news): the same event from several outlets, readers who grow narrow with their list, clicks that are not reading, and which story to put on the front page.

# %% [markdown] lang="zh"
# [选读](#deeper-news)：几家媒体报道同一件事，读者随列表一起变窄，点击不等于阅读，头条放哪一条。

# ================================================================ DEEPER: music

# %% [markdown] lang="en"
# ### More on tunes <a id="deeper-music"></a>
#
# *Adds: what word vectors lose, what tells a tune's kind, what a skip says, how much a list loses, how to go on with a set, and a file that does not parse.*
#
# **Word2Vec against bigrams.** In the figure above the mean of word vectors stands below runs of two intervals. Why? A mean forgets the order, and there are only 25 words: every tune uses nearly all. Word2Vec's strength, that rare words borrow from their neighbours, has nothing to do here.

# %% [markdown] lang="zh"
# ### 再说曲子 <a id="deeper-music"></a>
#
# **本节补充**：词向量丢了什么，曲种从哪里看出来，一次跳过说明什么，列表损失多少，一组曲子怎样接下去，以及不能解析的文件。
#
# **Word2Vec 与二元片段。** 上图中，词向量的平均不如两个音程的片段。为什么？平均会忘掉顺序，而词一共只有 25 个，每首曲子几乎都用到了。Word2Vec 的长处是让少见的词借助邻居，在这里无用武之地。

# %%
loss = bootstrap((place["runs of intervals"][2] == 1).astype(float) - (flat["Word2Vec mean"] == 1))
recbook.claim(
    loss.low > 0,
    en="Runs of two intervals find the namesake first for {runs:.0%}, the mean of word vectors for {mean:.0%} "
    "(difference {low:+.2f} to {high:+.2f}).",
    zh="两个音程的片段有 {runs:.0%} 把同名曲排在首位，词向量的平均为 {mean:.0%}（前者高 {low:.2f} 到 {high:.2f}）。",
    runs=(place["runs of intervals"][2] == 1).mean(), mean=(flat["Word2Vec mean"] == 1).mean(), low=loss.low, high=loss.high,
)

# %% [markdown] lang="en"
# **A tune's kind from its melody.** Reel, jig, hornpipe, slip jig, strathspey or clog? A classifier learns from four fifths of the tunes and names the rest. Variants of one tune stand under several names, so a whole family is kept on one side: twins leak (chapter 10). The metre is the thing to beat: 6/8 is a jig, 9/8 nearly always a slip jig.

# %% [markdown] lang="zh"
# **从旋律看曲种。** 里尔、吉格、角笛舞、滑步吉格、斯特拉斯佩还是木屐舞？分类器从五分之四的曲子中学习，再给其余的归类。同一首曲子的变体常有几个名字，所以整个家族必须放在同一边：双份会泄漏（第 10 章）。要超过的是拍号：6/8 就是吉格，9/8 几乎总是滑步吉格。

# %%
from scipy import sparse
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

kind = playable["rhythm"].to_numpy(dtype=object)
chosen_rows = np.flatnonzero(tunes["rhythm"].isin(listeners.PLAIN_RHYTHMS))
steps_of = melodies.interval_sentences(playable["notes"])
family = melodies.families(melodies.gram_table(steps_of, 5))
metre = sparse.csr_array(pd.get_dummies(playable["metre"]).to_numpy(dtype=float))
runs3 = melodies.gram_table(steps_of, 3)
inputs = {"metre": metre, "single intervals": melodies.gram_table(steps_of, 1), "runs of three intervals": runs3,
          "Word2Vec mean": sparse.csr_array(averaged["Word2Vec mean"][chosen_rows]),
          "metre, runs of three": sparse.csr_array(sparse.hstack([metre, runs3]))}
folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
right = {name: cross_val_predict(RidgeClassifier(alpha=1.0), table, kind, groups=family, cv=folds) == kind
         for name, table in inputs.items()}
commonest = (kind == "reel").mean()
figures.rhythm_guess({name: hits.astype(float) for name, hits in right.items()}, commonest)

# %%
more = bootstrap(right["metre, runs of three"].astype(float) - right["metre"])
duple = np.isin(kind, ["reel", "hornpipe"])
reels = bootstrap(right["runs of three intervals"][duple].astype(float) - (kind[duple] == "reel"))
recbook.claim(
    more.low > 0 and reels.low > 0,
    en="The metre alone names {metre:.0%} of the kinds, with runs of three intervals {both:.0%}; between reels and hornpipes, "
    "which share a metre, the melody names {low:.0%} to {high:.0%} more than always saying reel.",
    zh="只看拍号能说对 {metre:.0%} 的曲种，加上三个音程的片段为 {both:.0%}；里尔与角笛舞拍号相同，靠旋律比总猜里尔多说对 "
    "{low:.0%} 到 {high:.0%}。",
    metre=right["metre"].mean(), both=right["metre, runs of three"].mean(), low=reels.low, high=reels.high,
)

# %% [markdown] lang="en"
# **What a skip says.** A play that was broken off looks like a play in most logs. Own plays, recent first, once from all plays and once from those heard to the end:

# %% [markdown] lang="zh"
# **一次跳过说明什么。** 在多数日志里，中途跳过的播放看起来也是播放。下面的“自己的播放次数（近期加权）”，一次用全部播放，一次只用听完的：

# %%
with_skips = replace(nights, train=plays.take(evenings.evening < last - 1), valid=plays.take(evenings.evening == last - 1))
counted = {name: evaluate_tasks(OwnFrequency(1.0), part, ("all",))["all"].per_user["ndcg@10"]
           for name, part in (("all", with_skips), ("ended", nights))}
better = bootstrap(counted["ended"] - counted["all"])
recbook.claim(
    better.low > 0,
    en="Counting only what was heard to the end lifts NDCG@10 from {all:.3f} to {ended:.3f} ({low:+.3f} to {high:+.3f}).",
    zh="只数听完的，NDCG@10 从 {all:.3f} 提高到 {ended:.3f}（{low:+.3f} 到 {high:+.3f}）。",
    all=np.nanmean(counted["all"]), ended=np.nanmean(counted["ended"]), low=better.low, high=better.high,
)

# %% [markdown] lang="en"
# **What a list loses.** With invented listeners the best list is known, so is each model's **regret**: tunes heard to the end fewer, in ten that are new to the listener, than in the ten best. A content profile is the mean of what was heard. The labels stand in the recipe, so their profile has an advantage that no real one has; the melodies' runs are what an encoder could know of it.

# %% [markdown] lang="zh"
# **一张列表损失多少。** 听众是虚构的，最好的列表已知，每个模型的**遗憾**（regret）也就已知：推荐十首没听过的曲子，比最好的十首少听完几首。内容画像是听过的曲子的平均。标签就写在设定里，所以标签画像有真实画像所没有的优势；旋律片段则代表编码器能看到多少。

# %%
rows = history.matrix()
content = {"labels of the recipe": sparse.csr_array(listeners.features(playable)), "runs of intervals": runs3,
           "random vectors": sparse.csr_array(np.random.default_rng(0).normal(size=(len(playable), 32)))}
scored = {name: np.asarray(((rows @ table) @ table.T).todense()) for name, table in content.items()}
top = np.sort(np.where(unheard, chances_of, 0), axis=1)[:, -10:].sum(axis=1)
lost = {name: top - ten_new(scores) for name, scores in scored.items()}
lost |= {name: top - night[name]["new"] for name in ("popularity", "EASE")}
rows_of = [(plots.name(name), values.mean(), *bootstrap(values)) for name, values in lost.items()]
plots.table(pd.DataFrame(rows_of, columns=["model", "mean", "low", "high"]))

# %%
tuneful = bootstrap(lost["random vectors"] - lost["runs of intervals"])
labels = "labels of the recipe"
recbook.claim(
    tuneful.low > 0 and lost["popularity"].mean() < lost[labels].mean() < lost["runs of intervals"].mean(),
    en="Of ten new tunes a melody profile loses {melody:.1f} to the best list, random vectors {random:.1f}, the very labels of the "
    "recipe {labels:.1f}, and plain popularity {popularity:.1f}: content tells the kind of a tune, not how well it is liked.",
    zh="推荐十首新曲，旋律画像比最好的列表少听完 {melody:.1f} 首，随机向量少 {random:.1f} 首，设定所用的标签也少 {labels:.1f} 首，"
    "流行度只少 {popularity:.1f} 首：内容说明曲子是哪一类，说明不了有多受欢迎。",
    melody=lost["runs of intervals"].mean(), random=lost["random vectors"].mean(), labels=lost[labels].mean(),
    popularity=lost["popularity"].mean(),
)

# %% [markdown] lang="en"
# **Going on with a set.** Fiddlers play tunes of one rhythm after each other, and mind the mode. The first tune of the last evening is given: rank the rest, once by own recent plays alone, once with tunes of the same rhythm in front, once with those of the same mode too. That sets keep their rhythm is in the recipe (`stay`); that they keep the mode is not.

# %% [markdown] lang="zh"
# **把一组曲子接下去。** 小提琴手会把同一节奏的曲子连着拉，也留意调式。给出最后一晚的第一首，给其余的排序：一次只用自己最近的播放，一次把同节奏的放在前面，一次再加上同调式。一组曲子保持节奏是设定里的（`stay`），保持调式不是。

# %%
own = OwnFrequency(1.0).fit(history).score(people)
first = {user: item for user, item in zip(nights.test.user[::-1], nights.test.item[::-1])}
opening = np.array([first.get(user, 0) for user in people])
wanted = nights.wanted("test").toarray()
wanted[people, opening] = 0
mode = playable["mode"].to_numpy(dtype=object)
same_rhythm, same_mode = (of[opening][:, None] == of for of in (kind, mode))
from recbook.evaluation import evaluate_scores

sets = {name: evaluate_scores(own + bonus, wanted).per_user["ndcg@10"] for name, bonus in (
    ("own", 0 * same_rhythm), ("rhythm", 10 * same_rhythm), ("mode", 10 * same_rhythm + 5 * same_mode))}
kept_rhythm, kept_mode = bootstrap(sets["rhythm"] - sets["own"]), bootstrap(sets["mode"] - sets["rhythm"])
recbook.claim(
    kept_rhythm.low > 0 and kept_mode.high < 0,
    en="The rhythm of the first tune lifts NDCG@10 from {own:.3f} to {rhythm:.3f}; asking for its mode too throws it back to "
    "{mode:.3f}: a rule helps if the listeners keep it.",
    zh="第一首的节奏使 NDCG@10 从 {own:.3f} 提高到 {rhythm:.3f}；再要求调式相同，又退到 {mode:.3f}：听众自己遵守的规则才有用。",
    own=np.nanmean(sets["own"]), rhythm=np.nanmean(sets["rhythm"]), mode=np.nanmean(sets["mode"]),
)

# %% [markdown] lang="en"
# **A tune that does not parse.** Some of these files once travelled by e-mail, which left a `=20` at the ends of lines. 25 of 3,068 tunes do not parse, and are left out; the reader is told which and where:

# %% [markdown] lang="zh"
# **不能解析的曲子。** 有些文件当年经电子邮件传送，行尾留下了 `=20`。3,068 首中有 25 首不能解析，因而略去；程序会说明是哪一首、在哪一行：

# %%
from recbook.data.tunes import parse

try:
    parse("X:1\nT:The Lost Letter\nM:6/8\nL:1/8\nK:D\nABA FDF | A2d f2d |=20\n")
except ValueError as error:
    print(error)

# ================================================================ DEEPER: news

# %% [markdown] lang="en"
# ### More on news <a id="deeper-news"></a>
#
# *Adds: near twins, freshness against relevance, a loop that narrows its readers, clicks that are not reading, the front page, and an article without a date.*
#
# **Near twins.** A list of five should not tell one event three times. Above we took the events as known; a desk has only the words. Two articles within a day are taken for one event if their vectors are alike enough. The limit is chosen on the first two weeks, the result is of the last. Beside MiniLM stand the headlines' own words (tf-idf).

# %% [markdown] lang="zh"
# ### 再说新闻 <a id="deeper-news"></a>
#
# **本节补充**：近似的孪生报道，新鲜与相关，使读者变窄的循环，点击不等于阅读，头条，以及没有日期的文章。
#
# **近似的孪生报道。** 五条的列表不该把一件事讲三遍。前面我们把事件当作已知，编辑部却只有文字。一天之内的两篇文章，向量足够像，就算同一件事。界限用前两周选定，结果取自最后一周。MiniLM 旁边放上标题自己的词（tf-idf）。

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

event, hour_of = articles["event"].to_numpy(), articles["hour"].to_numpy()


def agreement(table, least, part):
    """en: Precision, recall and their harmonic mean (F1) of the pairs within `part`, a mask of articles.
    zh: 在 `part`（文章的掩码）之内，配对的精确率、召回率和两者的调和平均（F1）。"""
    same, near = event[part], near_twins(table[part], hour_of[part], least)
    true = (same[:, None] == same).sum() / 2 - len(same) / 2
    hits = (same[near[:, 0]] == same[near[:, 1]]).sum()
    precision, recall = hits / max(len(near), 1), hits / true
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


early, late = hour_of < 14 * 24, hour_of >= 14 * 24
headline_words = TfidfVectorizer().fit_transform(articles["headline"]).toarray()
twins = {}
for name, table in (("MiniLM", meaning), ("words", headline_words)):
    least = max(np.arange(0.2, 0.95, 0.05), key=lambda limit: agreement(table, limit, early)[2])
    twins[name] = (least, *agreement(table, least, late))
plots.table(pd.DataFrame([(plots.name(name), *row) for name, row in twins.items()],
                         columns=["features", "least cosine", "precision", "recall", "F1"]))

# %%
days = [[agreement(table, twins[name][0], (hour_of // 24) == day)[2] for name, table in (("MiniLM", meaning), ("words", headline_words))]
        for day in range(14, 21)]
closer = bootstrap(np.diff(np.array(days)[:, ::-1], axis=1).ravel())
recbook.claim(
    closer.low > 0,
    en="On the last week's days MiniLM's F1 for pairs of one event is {low:.2f} to {high:.2f} above that of shared words; "
    "it is {f1:.2f} over the week.",
    zh="在最后一周的各天里，MiniLM 判断“同一件事”的 F1 比共有词高 {low:.2f} 到 {high:.2f}；全周为 {f1:.2f}。",
    low=closer.low, high=closer.high, f1=twins["MiniLM"][3],
)

# %% [markdown] lang="en"
# Our outlets' words are ours, so this says little of real ones. On 50 **real** news, which people compared pair by pair (Lee et al. 2005, in gensim; chapter 05), the order of the cosines can be held against the people's:

# %% [markdown] lang="zh"
# 各家媒体的措辞是我们编的，所以这说明不了真实的报道。另有 50 篇**真实的**新闻，由人两两比较过（Lee et al. 2005，gensim 自带；第 05 章），可以看余弦的顺序与人的判断是否一致：

# %%
from recbook.text import lee

texts, people_say = lee.read()
real_words = TfidfVectorizer().fit_transform(texts).toarray()
low, high = np.quantile(lee.resampled_agreement(real_words, people_say), [0.025, 0.975])
agreed = recbook.stored("features")["results"]["controls"]["lee, frozen"]
recbook.claim(
    agreed > high,
    en="On real news MiniLM's order agrees with people's at {meaning:.2f} (rank correlation, stored by chapter 05), that of "
    "shared words at {words:.2f} (95% interval {low:.2f} to {high:.2f}).",
    zh="在真实新闻上，MiniLM 的顺序与人的判断的秩相关为 {meaning:.2f}（第 05 章存好的结果），共有词为 {words:.2f}（95% 区间为 "
    "{low:.2f} 到 {high:.2f}）。",
    meaning=agreed, words=lee.agreement(real_words, people_say), low=low, high=high,
)

# %% [markdown] lang="en"
# **Freshness against relevance.** The weight of taste beside freshness is one number. None of it is too little, and much of it shows yesterday's paper to somebody who likes it:

# %% [markdown] lang="zh"
# **新鲜与相关。** 口味相对于新鲜的权重只是一个数。完全没有，太少；太多，就会把昨天的报纸递给喜欢它的人：

# %%
weights = [0, 1, 2, 4, 16]
mixed = [newsroom.replay(press, week["test"], taste(meaning, None, weight, fresh)).clicks for weight in weights]
plots.table(pd.DataFrame([(str(weight), np.nanmean(values), *bootstrap(values)) for weight, values in zip(weights, mixed, strict=True)],
                         columns=["weight of taste", "mean", "low", "high"]))

# %%
recbook.claim(
    bootstrap(mixed[1] - mixed[-1]).low > 0,
    en="Taste with the weight 1 makes a list worth {some:.2f} clicks, with the weight 16 only {much:.2f}; without taste it is {none:.2f}.",
    zh="口味的权重为 1 时，列表值 {some:.2f} 次点击；权重为 16 时只有 {much:.2f} 次；没有口味为 {none:.2f} 次。",
    some=np.nanmean(mixed[1]), much=np.nanmean(mixed[-1]), none=np.nanmean(mixed[0]),
)

# %% [markdown] lang="en"
# **The echo chamber.** Now a rule learns from the clicks on its own lists, and each click pulls the reader a little towards its section (`pull`, a knob; that clicks form taste is our assumption). We count how many of the five places go to the section that the reader leans to most.

# %% [markdown] lang="zh"
# **回音室（echo chamber）。** 现在规则从自己列表上的点击中学习，而每次点击都把读者往该版面拉近一点（`pull`，可以调；点击会塑造口味，是我们的假设）。我们数一数，五个位置中有多少给了读者最偏爱的版面。

# %%
def by_taste(past, hour):
    people = profiles(past, meaning, press_recipe.readers, hour, None)
    return 8 * people @ meaning[press.alive(hour)].T - press.ages(hour) / 12


def by_time(past, hour):
    return np.tile(-press.ages(hour), (press_recipe.readers, 1))


lived = {"own taste": newsroom.live(press, by_taste, pull=0.1), "two places open": newsroom.live(press, by_taste, kept=2, pull=0.1),
         "newest": newsroom.live(press, by_time, pull=0.1)}
figures.chamber({name: values[:, 0] for name, values in lived.items()})

# %%
final = {name: values[-5:].mean(axis=0) for name, values in lived.items()}
recbook.claim(
    final["own taste"][0] > final["two places open"][0] > final["newest"][0] and final["own taste"][1] > final["newest"][1] + 0.05,
    en="In the last five days the profile gives {profile:.0%} of its places to the reader's first section, with two places kept "
    "open {open:.0%}, newest first {newest:.0%}.",
    zh="最后五天里，画像把 {profile:.0%} 的位置给了读者最偏爱的版面，留出两个位置时为 {open:.0%}，最新优先为 {newest:.0%}。",
    profile=final["own taste"][0], open=final["two places open"][0], newest=final["newest"][0],
)

# %%
recbook.claim(
    final["own taste"][1] > final["two places open"][1] > final["newest"][1],
    en="And the readers follow: their strongest leaning ends at {profile:.2f} with the profile, {open:.2f} with two places open, "
    "{newest:.2f} with the newest first.",
    zh="读者也跟着变：最强的偏好最终为 {profile:.2f}（画像）、{open:.2f}（留出两个位置）、{newest:.2f}（最新优先）。",
    profile=final["own taste"][1], open=final["two places open"][1], newest=final["newest"][1],
)

# %% [markdown] lang="en"
# **A click is not reading.** One outlet of the five shouts ("You will not believe this: …"), which lifts its clicks and lowers the chance that an article is read to its end (`shout`, `stays`). Rank once by recent clicks, once by recent articles *read*:

# %% [markdown] lang="zh"
# **点击不等于阅读。** 五家媒体中有一家喜欢喊（“You will not believe this: …”，你绝对想不到），点击多了，读完的概率却低了（`shout`、`stays`）。一次按最近的点击排序，一次按最近**读完**的文章排序：

# %%
read_log, reads = press.clicks(read=True), np.where(articles["loud"], press_recipe.stays[1], press_recipe.stays[0])


def by_recent(log):
    def scorer(hour, readers):
        counts = recent_counts(log, len(articles), hour, 24)[press.alive(hour)]
        return np.tile(np.log1p(counts) - 1e-6 * press.ages(hour), (len(readers), 1))
    return scorer


goal = {name: {"clicks": newsroom.replay(press, week["test"], by_recent(log)).clicks,
               "reads": newsroom.replay(press, week["test"], by_recent(log), worth=reads).clicks}
        for name, log in (("by clicks", clicks), ("by reading", read_log))}
plots.table(pd.DataFrame([(plots.name(name), np.nanmean(of["clicks"]), np.nanmean(of["reads"])) for name, of in goal.items()],
                         columns=["ranked", "clicks a list", "read a list"]))

# %%
gained = bootstrap(goal["by reading"]["reads"] - goal["by clicks"]["reads"])
given = bootstrap(goal["by clicks"]["clicks"] - goal["by reading"]["clicks"])
recbook.claim(
    gained.low > 0 and given.low > 0,
    en="Ranked by what was read, {low:.3f} to {high:.3f} more articles a list are read to the end, for {less:.3f} to {most:.3f} "
    "fewer clicks.",
    zh="按读完排序，每张列表多读完 {low:.3f} 到 {high:.3f} 篇，点击少 {less:.3f} 到 {most:.3f} 次。",
    low=gained.low, high=gained.high, less=given.low, most=given.high,
)

# %% [markdown] lang="en"
# **The front page.** One story is shown to everybody, and only showing it tells how well it is liked: a bandit (chapter 10). On each day of the last week the ten newest stories at one o'clock, and 400 showings until the evening. One start knows nothing, the other begins from how often articles of that section were clicked before.

# %% [markdown] lang="zh"
# **头条。** 一条新闻给所有人看，只有展示了才知道喜欢的人多不多：这就是老虎机（bandit，第 10 章）。最后一周里，每天取下午一点时最新的十条，到晚上为止展示 400 次。一种起步什么也不知道，另一种从该版面文章以往的点击率开始。

# %%
from recbook import bandits

sections = articles["section"].to_numpy(dtype=object)
past = press.visits[:, 1] < 14 * 24
rate = {name: press.clicked[past][sections[press.shown[past]] == name].mean() for name in newsroom.SECTIONS}
days = []
for noon in 24 * np.arange(14, 21) + 13:
    young = np.argsort(press.ages(noon))[:10]
    days.append((press.world(noon).click_probabilities().mean(axis=0)[young],
                 np.array([rate[name] for name in sections[press.alive(noon)[young]]])))
liked, known = (np.repeat(part, 30, axis=0) for part in map(np.array, zip(*days, strict=True)))  # (worlds, 10)
starts = {"flat": (np.ones(10), np.ones(10)), "sections": (20 * known, 20 * (1 - known))}
front = {f"{policy}, {start}": bandits.play(policy, liked, prior, steps=400, worlds=len(liked))
         for policy in ("greedy", "thompson") for start, prior in starts.items()}
figures.front_page(front)

# %%
ended = {name: clicks_lost[:, -1] for name, clicks_lost in front.items()}
head_start = bootstrap(ended["thompson, flat"] - ended["thompson, sections"])
recbook.claim(
    head_start.low > 0 and bootstrap(ended["greedy, sections"] - ended["thompson, sections"]).low > 0
    and bootstrap(ended["thompson, flat"] - ended["greedy, flat"]).low > 0,
    en="In 400 showings the sections' rates save Thompson sampling half of its loss ({flat:.1f} to {sections:.1f} clicks), while "
    "greed takes them at their word and stays with a poor story ({greedy:.1f}); from a flat start greed loses {hopeful:.1f}.",
    zh="400 次展示里，版面点击率替汤普森采样省下一半损失（从 {flat:.1f} 到 {sections:.1f} 次点击）；贪心却信以为真，守着一条平平的"
    "新闻（{greedy:.1f} 次）；均匀起步的贪心损失 {hopeful:.1f} 次。",
    hopeful=ended["greedy, flat"].mean(),
    flat=ended["thompson, flat"].mean(), sections=ended["thompson, sections"].mean(), greedy=ended["greedy, sections"].mean(),
)

# %% [markdown] lang="en"
# Why is greed so good from a flat start? Flat says that every second reader clicks. Every story disappoints, so greed leaves it for the next: hope explores, too, and quickly. In so short a life that is enough.

# %% [markdown] lang="zh"
# 均匀起步的贪心为什么这么好？均匀起步等于说一半的读者会点。每条新闻都会让它失望，于是它换下一条：抱着希望也是一种探索，而且很快。寿命这么短，这就够了。

# %% [markdown] lang="en"
# **An article without a date** cannot be on the page or off it, so the press refuses it:

# %% [markdown] lang="zh"
# **没有日期的文章**既不能算在页面上，也不能算不在，所以会被拒绝：

# %%
try:
    newsroom.dated(articles.head(3).assign(hour=[1.0, np.nan, 2.0]))
except ValueError as error:
    print(error)
