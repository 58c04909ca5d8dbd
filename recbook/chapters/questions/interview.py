"""Twenty questions that interviewers and examiners ask, each answered in three sentences from the course's own results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recbook.chapters.questions.evidence import ALL, At, Evidence, evidence, folded, link, stored_at
from recbook.learning import html
from recbook.learning.content import Text
from recbook.session import phrase


@dataclass(frozen=True)
class Asked:
    """A question, its answer (three sentences, with numbers and condition), and the place that shows it."""

    question: Text
    answer: Evidence
    where: str


def _ask(
    question: tuple[str, str],
    answer: tuple[str, str],
    where: str,
    holds: Callable[[Any], bool] | None = None,
    /,
    **numbers: At,
) -> Asked:
    return Asked(Text(*question), evidence(answer, holds, **numbers), where)


def _test(model: str) -> At:
    return stored_at("sequences", "test", model, "test")


def _later(model: str) -> At:
    """NDCG@10 for the users who came back after more than an hour."""
    return stored_at("page_order", "films", "by delay", "models", model, "later", "mean")


def _ranked(among: str, model: str) -> At:
    keys = ("films", "as it is", model, "hit@10") if among == "all" else ("films", "sampled", "models", model, "hit@10")
    return stored_at("deceptions", *keys)


QUESTIONS = (
    _ask(
        ("Why can item-kNN beat a transformer here?", "在这里，item-kNN 为什么能胜过 Transformer？"),
        (
            "MovieLens lets people rate down a page, so the next film follows the page: item-kNN that weighs the last films reaches an NDCG@10 of {knn:.3f}, and the SASRec of a library, RecBole, {library:.3f}. Deal the order inside a sitting anew, and item-kNN falls to {dealt:.3f}. A SASRec trained with care ({ours:.3f}) draws level, at hundreds of times the cost; ask who tuned the baseline before you believe a table.",
            "MovieLens 让人照着网页列表逐个评分，下一部电影往往跟着页面走：item-kNN（近期加权）的 NDCG@10 达到 {knn:.3f}，而 RecBole 这个库里的 SASRec 是 {library:.3f}。打乱同一次评分之内的先后，item-kNN 就降到 {dealt:.3f}。精心训练的 SASRec（{ours:.3f}）能追平，代价是几百倍；相信一张表之前，先问问基线有没有调过。",
        ),
        "08_sequences#details",
        lambda n: (
            n.knn > n.library
            and n.dealt < 0.7 * n.knn
            and abs(n.ours - n.knn) < 0.01
            and n.seconds > 100 * n.knn_seconds
        ),
        knn=_test("item-kNN, last films"),
        library=stored_at("peers", "models", "RecBole SASRec", "ndcg"),
        dealt=stored_at(
            "page_order", "films", "order lost", "item-kNN, last films", "sitting", "models", "all", "mean"
        ),
        ours=_test("SASRec"),
        seconds=stored_at("sequences", "test", "SASRec", "seconds"),
        knn_seconds=stored_at("sequences", "test", "item-kNN, last films", "seconds"),
    ),
    _ask(
        ("Why subtract log q from the scores in training?", "训练时为什么要从得分里减去 log q？"),
        (
            "In-batch negatives contain a popular film more often, so it is pushed away more often than the loss intends. Taking the logarithm of its chance to be in the batch off every score, the right film's too, undoes that. For new films a linear head has {with_it:.3f} with the correction and {without:.3f} without, less than the untrained vectors ({frozen:.3f}).",
            "批内负例里热门电影出现得更频繁，被推开的次数也就超出损失函数的本意。从每个得分（包括正样本的）减去它出现在批次里的概率的对数，就能抵消这种偏差。新电影上，线性投影有校正时为 {with_it:.3f}，没有校正时为 {without:.3f}，还不如未训练的向量（{frozen:.3f}）。",
        ),
        "05_features#correction",
        lambda n: n.without < n.frozen < n.with_it,
        with_it=stored_at("features", "tuning", "linear", "hidden", "hidden", "ndcg"),
        without=stored_at("features", "controls", "linear, no correction", "hidden", "ndcg"),
        frozen=stored_at("features", "controls", "frozen", "hidden", "ndcg"),
    ),
    _ask(
        ("Why do sampled metrics mislead?", "采样指标为什么会误导人？"),
        (
            "Among a hundred candidates a place in the first ten is a place among the first hundred and more of all films, so the top of the list is not seen. One pair of our five models on films changes places: EASE with the last three films leads plain EASE in Hit@10 among all films ({sharp:.3f} to {even:.3f}) and trails it among the drawn ones ({sharp_drawn:.3f} to {even_drawn:.3f}). Rank all items, or say that the numbers hold among those candidates only.",
            "在一百个候选里进前十，相当于在全部电影里进前一百多名，列表的最前面根本看不出来。五个电影模型里有一对因此颠倒：EASE（最近三部）在全量排序的 Hit@10 上高于普通的 EASE（{sharp:.3f}，后者 {even:.3f}），在采样候选里却更低（{sharp_drawn:.3f}，后者 {even_drawn:.3f}）。要么给所有物品排序，要么写明这些数只在这些候选中成立。",
        ),
        "09_evaluation#papers",
        lambda n: n.sharp > n.even and n.sharp_drawn < n.even_drawn,
        sharp=_ranked("all", "EASE, last three films"),
        even=_ranked("all", "EASE"),
        sharp_drawn=_ranked("drawn", "EASE, last three films"),
        even_drawn=_ranked("drawn", "EASE"),
    ),
    _ask(
        ("How do you start a new item?", "新物品怎样冷启动？"),
        (
            "Learn from the known items how features lead to the people who like them, and apply that to the new one's text, year and genres: among films without ratings this reaches {content:.3f}, a random order {random:.3f}. A learned identity knows nothing there ({identity:.3f}). As soon as ratings come in, add them to the expectation, and give the item some places in which it can collect them.",
            "从已有物品学习“特征与喜欢它的人”之间的关系，再用到新物品的文本、年份和类型上：在没有评分的电影里，这样达到 {content:.3f}，随机顺序为 {random:.3f}。学来的 ID 嵌入在这里毫无信息（{identity:.3f}）。评分一到，就并入原来的预期，同时留出一些展示位置让新物品积累评分。",
        ),
        "10_cold_start#targets",
        lambda n: n.content > 4 * n.random and abs(n.identity - n.random) < 0.01,
        content=stored_at("cold_controls", "targets", "near", "ndcg"),
        random=stored_at("towers", "hidden", "random"),
        identity=stored_at("towers", "hidden", "identity"),
    ),
    _ask(
        ("Why does a sequence model need a mask?", "序列模型为什么需要掩码？"),
        (
            "SASRec is asked at every place for the next film, so a place that could look ahead would find the answer in its input: the training loss falls, and the lists get worse. BERT4Rec hides films instead, and at test time the hidden place must be one that training used: {trained:.3f} if it is, {untrained:.3f} if not. A third mask, on the history, belongs to the task: without it EASE's list is full of films already rated ({left_in:.3f}, masked {masked:.3f}).",
            "SASRec 在每个位置都要预测下一部电影，位置如果能看到后面，答案就在输入里：训练损失下降，列表反而变差。BERT4Rec 的做法是遮住电影，测试时遮住的位置必须是训练时用过的：用过为 {trained:.3f}，没用过为 {untrained:.3f}。第三种掩码是屏蔽历史，由任务决定：不屏蔽，EASE 的列表里尽是评过的电影（{left_in:.3f}，屏蔽后 {masked:.3f}）。",
        ),
        "08_sequences#bert4rec",
        lambda n: n.trained > n.untrained and n.masked > 2 * n.left_in,
        trained=_test("BERT4Rec"),
        untrained=stored_at("sequence_search", "mask at an untrained place", "test"),
        left_in=stored_at("deceptions", "films", "unmasked", "EASE"),
        masked=_test("EASE"),
    ),
    _ask(
        ("What do the weights of EASE give away?", "EASE 的权重会泄露什么？"),
        (
            "They are made from the inverse of a table of counts, and an inverse can be inverted: all {counts:,.0f} counts come back exactly. Where a film was met by one person only, its row is that person's whole history; {users:.0f} people are laid open. So weights about items are personal data, and leaving out rare films stops this attack only.",
            "权重由一张计数表的逆算出，而逆矩阵还能再求逆：全部 {counts:,.0f} 个计数都精确恢复。只有一个人评过的电影，它那一行就是这个人的完整历史，{users:.0f} 个人因此暴露。所以物品的权重也是个人数据；去掉冷门电影只能防住这一种攻击。",
        ),
        "14_trends#private",
        lambda n: n.equal == n.counts and n.users > 0,
        equal=stored_at("privacy", "read back", "equal"),
        counts=stored_at("privacy", "read back", "counts"),
        users=stored_at("privacy", "read back", "users laid open"),
    ),
    _ask(
        ("Why early fusion, and not late?", "为什么选前期融合，而不是后期融合？"),
        (
            "Late fusion mixes two finished scores with one weight for everybody, while early fusion lets each person's model weigh the properties of both: where taste adds them up, it has {early:.3f} and late fusion {late:.3f} (drawn garments, invented shoppers). It is no law: where taste is about pairs of properties the product of the two leads early fusion by {least:.3f} to {most:.3f}, and with most pictures of another garment late fusion is ahead. And the two must be brought to one scale before they are laid side by side: as they come they have {loud:.3f}.",
            "后期融合用同一个权重把两个现成的得分混在一起；前期融合让每个人的模型一起权衡两种模态的属性：口味是各属性之和时，前期融合为 {early:.3f}，后期融合为 {late:.3f}（程序绘制的服装，模拟的顾客）。这并非定律：口味取决于属性的组合时，两者的乘积比前期融合高 {least:.3f} 到 {most:.3f}；多数图片都配错时，后期融合领先。另外，两种模态并排之前，数值尺度要调成相同：不调只有 {loud:.3f}。",
        ),
        "14_trends#fusion-ways",
        lambda n: n.behind < 0 < min(n.least, n.lying) and n.loud < n.early,
        early=stored_at("multimodal", "fusion", "adding", "early", "ndcg"),
        late=stored_at("multimodal", "fusion", "adding", "late", "ndcg"),
        least=stored_at("multimodal", "fusion", "pairs", "product", "less", "early", 0),
        most=stored_at("multimodal", "fusion", "pairs", "product", "less", "early", 1),
        lying=stored_at("multimodal", "lying", "0.6", "ndcg", "late", "less", "early", 0),
        behind=stored_at("multimodal", "fusion", "adding", "late", "less", "early", 1),
        loud=stored_at("multimodal", "shouting", "1", "as they are", "ndcg"),
    ),
    _ask(
        ("What does ε buy in differential privacy?", "差分隐私里的 ε 换来了什么？"),
        (
            "A bound on every attack at once: with any one user or without, no outcome becomes more than e to the ε times as likely, apart from a small chance δ; at ε = 1 and a δ of 1/100,000 that takes noise of {sigma:.1f} times what one user can move. Counts survive it (popularity {popularity:.3f} of {plain_popularity:.3f}), what is personal does not (EASE {ease:.3f} of {plain_ease:.3f}, not told apart from popularity). An audit of ours proved {proved:.2f} where 1 was promised, and {broken:.1f} with a quarter of the noise.",
            "它一次性限制了所有攻击：有没有某一位用户，任何结果的概率最多变成 e 的 ε 次方倍，只有很小的概率 δ 例外；ε = 1、δ 为 1/100,000 时，噪声要达到一位用户影响的 {sigma:.1f} 倍。计数经得住（流行度 {plain_popularity:.3f} 变为 {popularity:.3f}），个性化经不住（EASE {plain_ease:.3f} 变为 {ease:.3f}，与流行度差异不显著）。我们的审计在承诺为 1 时只证出 {proved:.2f}，噪声只有四分之一时证出 {broken:.1f}。",
        ),
        "14_trends#audit",
        lambda n: (
            n.popularity > 0.85 * n.plain_popularity
            and n.ease < 0.8 * n.plain_ease
            and n.less < 0 < n.more
            and n.proved < 1 < n.broken
        ),
        sigma=stored_at("privacy", "formulas", "1", "analytic"),
        popularity=stored_at("privacy", "popularity", "1", "seeds"),
        plain_popularity=stored_at("privacy", "baselines", "popularity", "test"),
        ease=stored_at("privacy", "EASE", "1", "seeds"),
        plain_ease=stored_at("privacy", "baselines", "EASE", "test"),
        less=stored_at("privacy", "EASE", "1", "less popularity", 0),
        more=stored_at("privacy", "EASE", "1", "less popularity", 1),
        proved=stored_at("privacy", "audit", "1", "as promised"),
        broken=stored_at("privacy", "audit", "1", "a quarter of the noise"),
    ),
    _ask(
        ("What is a semantic ID, and where is its meaning?", "什么是语义 ID，它的含义从哪里来？"),
        (
            "An item is spelled in a few codes by residual k-means, so that items with like vectors share their first codes, and a model generates the codes one after the other. On films, after 8 epochs, codes from title, year and genres reach {semantic:.3f}, the same codes dealt at random {shuffled:.3f}, and codes from titles alone {titles:.3f}, less than the random ones: what helps is year and genres. Codes from behaviour reach {behaviour:.3f}, so meaning is whatever the vectors held; in a shop codes from texts have {shop:.3f} and shuffled ones {shop_shuffled:.3f}.",
            "用残差 k-means 把物品写成几个码，向量相近的物品前几个码相同，模型再逐个生成这些码。在电影上训练八个轮次，由片名、年份和类型做的码达到 {semantic:.3f}，同样的码随机分配为 {shuffled:.3f}，只用片名为 {titles:.3f}，还不如随机的码：起作用的是年份和类型。由行为做的码达到 {behaviour:.3f}，可见码的含义就是向量里原有的信息；在商店里，由文本做的码为 {shop:.3f}，打乱的为 {shop_shuffled:.3f}。",
        ),
        "16_generative#semantic-ids",
        lambda n: n.behaviour > n.semantic > n.shuffled > n.titles and n.shop_shuffled > n.shop,
        semantic=stored_at("generative", "codes", "semantic, 8 epochs", ALL, "test"),
        shuffled=stored_at("generative", "codes", "shuffled, 8 epochs", ALL, "test"),
        titles=stored_at("generative", "codes", "titles, 8 epochs", ALL, "test"),
        behaviour=stored_at("generative", "codes", "behaviour, 8 epochs", ALL, "test"),
        shop=stored_at("generative", "shop", "semantic", "ndcg"),
        shop_shuffled=stored_at("generative", "shop", "shuffled", "ndcg"),
    ),
    _ask(
        ("What does LoRA save, and is it as good?", "LoRA 省下什么，效果一样好吗？"),
        (
            "It trains two thin matrices beside frozen weights, so a task is a file of {small:.0f} kB where the same two layers in full take {layer:,.0f}. On new films LoRA on two layers reaches {lora:.3f}, the same two in full {both:.3f}, the last layer alone {full:.3f} (LoRA is ahead of either on {won:.0f} of five sets only); on known films it is behind the last layer in full ({known:.3f} to {known_full:.3f}). It saves far more memory and storage than time: a step takes {step:.2f} seconds, one of the same two layers in full {step_both:.2f}, one of the last layer alone {step_full:.2f}, since the gradient still runs through what is frozen.",
            "它只在冻结的权重旁训练两个窄矩阵，所以一个任务只需 {small:.0f} kB 的文件，完整的同样两层要 {layer:,.0f} kB。新电影上，两层的 LoRA 达到 {lora:.3f}，完整训练同样两层为 {both:.3f}，只完整训练最后一层为 {full:.3f}（与两者相比，LoRA 都只在五组里的 {won:.0f} 组领先）；已有评分的电影上，LoRA 低于完整训练最后一层（{known:.3f}，最后一层 {known_full:.3f}）。它省下的主要是内存和存储，时间省得有限：一步要 {step:.2f} 秒，完整训练同样两层要 {step_both:.2f} 秒，只训练最后一层要 {step_full:.2f} 秒，因为梯度仍要穿过冻结的权重。",
        ),
        "16_generative#lora-good",
        lambda n: (
            n.small < 0.05 * n.layer
            and n.lora > n.both > n.full
            and n.won == n.won_both < 5
            and n.known_high < 0
            and n.known < n.known_full
            and n.step_full < n.step < n.step_both
        ),
        small=stored_at("lora", "costs", "lora", "stored bytes", times=1e-3),
        layer=stored_at("lora", "costs", "two layers", "stored bytes", times=1e-3),
        lora=stored_at("lora", "hidden", "judged", "ndcg", "lora"),
        both=stored_at("lora", "two layers", "judged", "ndcg"),
        full=stored_at("lora", "hidden", "judged", "ndcg", "layer"),
        won=stored_at("lora", "hidden", "judged", "lora less", "layer", "won"),
        won_both=stored_at("lora", "two layers", "judged", "won"),
        known=stored_at("lora", "known films", "judged", "ndcg", "lora"),
        known_full=stored_at("lora", "known films", "judged", "ndcg", "layer"),
        known_high=stored_at("lora", "known films", "judged", "lora less layer", 1),
        step=stored_at("lora", "costs", "lora", "seconds a step"),
        step_both=stored_at("lora", "costs", "two layers", "seconds a step"),
        step_full=stored_at("lora", "costs", "layer", "seconds a step"),
    ),
    _ask(
        ("Cosine or dot product?", "用余弦还是点积？"),
        (
            "Use the one that training used: item2vec's scores are products of two tables, and judged by them it reaches {product:.3f} on validation, by the cosine {cosine:.3f}, which also uses one table where the product uses two. The product keeps the length, which carries how well known an item is; the cosine throws it away. For vectors of length 1, such as MiniLM's, the two give one order.",
            "训练时用哪个，打分就用哪个：item2vec 的得分是两张表的点积，照此打分，验证集上达到 {product:.3f}；余弦只有 {cosine:.3f}，但余弦只用了一张表，这也有影响。点积保留长度，长度里有物品的热门程度；余弦把它去掉了。像 MiniLM 那样的单位向量，两者排出的顺序相同。",
        ),
        "03_word2vec#settings",
        lambda n: n.product > 1.5 * n.cosine,
        product=stored_at("item2vec", "scoring", "chosen", "output, last films", "ndcg@10"),
        cosine=stored_at("item2vec", "scoring", "chosen", "cosine, last films", "ndcg@10"),
    ),
    _ask(
        ("All cosines are near 1. Is the model broken?", "所有余弦都接近 1，模型坏了吗？"),
        (
            "No: a language model's middle layer gives two titles a mean cosine of {raw:.3f}, since its first token, alike for all titles and very long, drowns the rest. Standardised, the mean is {standardised:.2f}, and for a ranking only who is nearer counts. But even cosines are no quality in themselves: whitened MiniLM agrees less with people than MiniLM as it is.",
            "没有坏：语言模型中间层里，两个片名的平均余弦是 {raw:.3f}，因为第一个词元的向量对所有片名都一样，又特别长，盖过了其余部分。标准化之后平均为 {standardised:.2f}；而排序只看谁更近。但余弦分散本身并不等于质量高：白化后的 MiniLM 与人的一致程度反而降低。",
        ),
        "16_generative#vectors",
        lambda n: n.raw > 0.9 and abs(n.standardised) < 0.2,
        raw=stored_at("language_model", "cosines", "title, mean, 15", "raw"),
        standardised=stored_at("language_model", "cosines", "title, mean, 15", "standardised"),
    ),
    _ask(
        ("Why put popularity into every table?", "为什么每张表里都要放流行度？"),
        (
            "It costs one number an item and is hard to beat: the mean of a user's title vectors has {titles:.3f}, popularity {popularity:.3f}. For the {people:.0f} users who came back after more than an hour it leads EASE as well ({later:.3f} to {ease:.3f}). A model that does not beat it has not yet paid for itself.",
            "它每个物品只需一个数，却很难胜过：用户片名向量的平均为 {titles:.3f}，流行度为 {popularity:.3f}。对隔了一小时以上再回来的 {people:.0f} 位用户，流行度也高于 EASE（{later:.3f}，EASE {ease:.3f}）。胜不过流行度的模型，还没有证明个性化值得它的成本。",
        ),
        "08_sequences#hour",
        lambda n: n.titles < n.popularity and n.later > n.ease,
        titles=stored_at("features", "controls", "frozen", "warm", "ndcg"),
        popularity=_test("popularity"),
        people=stored_at("page_order", "films", "by delay", "models", "popularity", "later", "n"),
        later=_later("popularity"),
        ease=_later("EASE"),
    ),
    _ask(
        ("How does time leak into a split?", "时间是怎样泄漏到数据划分里的？"),
        (
            "A random split shows EASE at {fooled:.3f}, a split by time at {honest:.3f}, but two things change at once: another film is hidden, and the model knows what came later. With the hidden film held fixed, midway in the history, the past alone gives {past:.3f}; later rows in place of past ones, which no service has, add {low:.3f} to {high:.3f}, more rows on top {more_low:.3f} to {more_high:.3f}; in the shop later rows even do harm ({shop_low:+.3f} to {shop_high:+.3f}). Split by time, break ties by a stated rule, and look at users who came back later apart.",
            "随机划分时 EASE 为 {fooled:.3f}，按时间划分为 {honest:.3f}，但同时变了两件事：留出的是另一部电影，模型又知道了之后的数据。把留出的电影固定在历史中途，只用过去的数据为 {past:.3f}；把一部分过去的数据换成之后的（线上服务没有这些数据），高 {low:.3f} 到 {high:.3f}；再增加数据，又高 {more_low:.3f} 到 {more_high:.3f}；在商店里，之后的数据反而有害（{shop_low:+.3f} 到 {shop_high:+.3f}）。应当按时间划分，用写明的规则处理并列，并单独看隔了较久才回来的用户。",
        ),
        "09_evaluation#future",
        lambda n: n.honest < n.past < n.fooled and n.low > 0 and n.more_low > n.low and n.shop_high < 0,
        honest=stored_at("deceptions", "films", "as it is", "EASE", "ndcg@10"),
        fooled=stored_at("deceptions", "films", "random split", "fooled", "EASE"),
        past=stored_at("deceptions", "films", "random split", "arms", "EASE", "means", "only the past"),
        low=stored_at("deceptions", "films", "random split", "arms", "EASE", "future", 0),
        high=stored_at("deceptions", "films", "random split", "arms", "EASE", "future", 1),
        more_low=stored_at("deceptions", "films", "random split", "arms", "EASE", "more", 0),
        more_high=stored_at("deceptions", "films", "random split", "arms", "EASE", "more", 1),
        shop_low=stored_at("deceptions", "shop", "random split", "arms", "EASE", "future", 0),
        shop_high=stored_at("deceptions", "shop", "random split", "arms", "EASE", "future", 1),
    ),
    _ask(
        ("When is HNSW worth it?", "什么时候值得用 HNSW？"),
        (
            "When exact search takes a large part of the answer's time: among 1,000 vectors of width 64 it takes {few:.0f} microseconds and HNSW {few_hnsw:.0f}. Among 1,000,000 it takes {many:,.0f} and HNSW {many_hnsw:.0f}, at a recall of {recall:.1%}, after {build:.0f} seconds of building. At MiniLM's width, 384, exact search among 10,000 takes {wide:,.0f} microseconds, less than encoding the query does, so measure that first.",
            "当精确检索占去回答时间的一大部分时：1,000 个 64 维向量里，精确检索要 {few:.0f} 微秒，HNSW 要 {few_hnsw:.0f} 微秒。1,000,000 个向量里，前者要 {many:,.0f} 微秒，HNSW 要 {many_hnsw:.0f} 微秒，召回率 {recall:.1%}，建索引要 {build:.0f} 秒。换成 MiniLM 的 384 维，10,000 个向量的精确检索要 {wide:,.0f} 微秒，仍少于编码查询的时间，所以先测编码。",
        ),
        "12_deployment#neighbours",
        lambda n: (
            n.few_hnsw > 0.5 * n.few and n.many_hnsw < 0.1 * n.many and n.wide < 1e6 * n.encoding and n.encoding < 0.1
        ),
        few=stored_at("serving", "crossing", "64", {"n": 1000}, "flat"),
        few_hnsw=stored_at("serving", "crossing", "64", {"n": 1000}, "hnsw", "microseconds"),
        many=stored_at("serving", "crossing", "64", {"n": 1000000}, "flat"),
        many_hnsw=stored_at("serving", "crossing", "64", {"n": 1000000}, "hnsw", "microseconds"),
        recall=stored_at("serving", "crossing", "64", {"n": 1000000}, "hnsw", "recall"),
        build=stored_at("serving", "crossing", "64", {"n": 1000000}, "hnsw", "build_seconds"),
        wide=stored_at("serving", "crossing", "384", {"n": 10000}, "flat"),
        encoding=stored_at("languages", "news", "en", "seconds a headline", "MiniLM"),
    ),
    _ask(
        ("What does int8 cost?", "int8 量化要付出什么？"),
        (
            "A weight becomes a whole number times a scale, and the file falls from {whole:.0f} to {small:.0f} MB. With a scale for each column a title keeps {column:.0%} of its ten nearest titles, with one scale for a matrix {matrix:.0%}, since one large number spoils the scale for all others. On new films the two are not told apart: over twenty sets NDCG@10 changes by {change:.4f} and by {matrix_change:.4f}, so measure the task before you pay for better neighbours.",
            "一个权重变成整数乘以尺度，文件从 {whole:.0f} MB 降到 {small:.0f} MB。每列一个尺度时，一个片名最近的十个片名保留 {column:.0%}；整个矩阵共用一个尺度时保留 {matrix:.0%}，因为一个大数会毁掉其他数的精度。新电影上两者差异不显著：二十组的 NDCG@10 平均变化 {change:.4f} 和 {matrix_change:.4f}，所以先测任务本身，再决定要不要为近邻花功夫。",
        ),
        "12_deployment#smaller",
        lambda n: (
            n.small < 0.3 * n.whole
            and n.column > n.matrix
            and max(n.change, n.matrix_change) < 0
            and n.low < 0 < n.high
        ),
        whole=stored_at("serving", "encoder", "torch", "bytes", times=1e-6),
        small=stored_at("serving", "encoder", "onnx-int8", "bytes", times=1e-6),
        column=stored_at("serving", "encoder", "onnx-int8", "overlap"),
        matrix=stored_at("serving", "encoder", "onnx-int8-tensor", "overlap"),
        change=stored_at("serving", "more draws", "differences", "onnx-int8", "mean"),
        matrix_change=stored_at("serving", "more draws", "differences", "onnx-int8-tensor", "mean"),
        low=stored_at("serving", "more draws", "differences", "onnx-int8 less onnx-int8-tensor", "interval", 0),
        high=stored_at("serving", "more draws", "differences", "onnx-int8 less onnx-int8-tensor", "interval", 1),
    ),
    _ask(
        ("How many negatives, and which?", "负样本要多少个，怎么选？"),
        (
            "As many as you can pay for: SASRec has {one:.3f} on validation with one random negative, {hundred:.3f} with a hundred and {all:.3f} with all films. With one, the loss asks “this film, or a random one?”, and the score grows overconfident. Harder negatives were not told apart in a linear head on title vectors: nearest titles {hard:.3f}, drawn by lot {lot:.3f} on known films.",
            "算力允许多少就用多少：SASRec 在验证集上，一个随机负样本为 {one:.3f}，一百个为 {hundred:.3f}，全部电影为 {all:.3f}。只用一个时，损失衡量的是“这部，还是随机一部”，得分会变得过度自信。对片名向量的线性投影，更难的负样本差异不显著：在已有评分的电影上，选最相近的片名为 {hard:.3f}，随机抽为 {lot:.3f}。",
        ),
        "08_sequences#negatives",
        lambda n: n.one < n.hundred < n.all and n.low < 0 < n.high,
        one=stored_at("sequences", "details", "SASRec", "loss", "one negative"),
        hundred=stored_at("sequences", "details", "SASRec", "loss", "100 negatives"),
        all=stored_at("sequences", "details", "SASRec", "as it is", ""),
        low=stored_at("heads", "negatives", "nearest title", "warm, less by lot", 0),
        high=stored_at("heads", "negatives", "nearest title", "warm, less by lot", 1),
        hard=stored_at("heads", "negatives", "nearest title", "warm"),
        lot=stored_at("heads", "negatives", "by lot", "warm"),
    ),
    _ask(
        ("Why explore, if greedy shows the best guess?", "贪心总是展示估计最好的，为什么还要探索？"),
        (
            "A guess improves only for what is shown, so a greedy policy can stay with a poor item for ever. Thompson sampling draws from what it believes of each item and shows the best draw: the doubtful ones get a few chances, and nearly all showings end with the best. A start taken from like items is no cure: a wrong one costs Thompson sampling clicks, and a greedy policy may lose by a true one.",
            "只有展示过的物品，估计才会改进，所以贪心策略可能一直停在较差的物品上。Thompson 采样从对每件物品的估计分布里抽样，展示抽到的最大值：拿不准的物品得到几次机会，绝大部分展示最终落在最好的物品上。借用相似物品作起点不是万灵药：起点错了，Thompson 采样会多损失点击；贪心策略即使起点属实，也可能损失更多。",
        ),
        "10_cold_start#bandit",
    ),
    _ask(
        ("How do you know that an explanation is faithful?", "怎么知道一条解释是忠实的？"),
        (
            "Take out what it names and see whether the recommendation goes: without the four films that EASE names it is gone for {named:.0%} of the users, without four random ones for {random:.0%}. Where the truth is known, Shapley values agree with it at {shapley:.2f}, the mere size of the gradient, which has no direction and can only rank, at {saliency:.2f}. Faithful to the model is not true of the world, and a fluent sentence is neither.",
            "把它所列的东西拿掉，看推荐是否消失：拿掉 EASE 所列的四部电影，{named:.0%} 的用户的首位推荐消失；随机拿掉四部，只有 {random:.0%}。在真相已知的地方，Shapley 值与真相的相关为 {shapley:.2f}，只看梯度大小为 {saliency:.2f}（它没有方向，只能排大小）。忠于模型不等于符合现实，说得流畅则两者都不是。",
        ),
        "14_trends#explainable",
        lambda n: n.named > 2 * n.random and n.shapley > n.saliency,
        named=stored_at("explaining", "removed", "EASE", "lost", "its own terms", "4"),
        random=stored_at("explaining", "removed", "EASE", "lost", "random films", "4"),
        shapley=stored_at("explaining", "world", ALL, "methods", "Shapley values", "agreement"),
        saliency=stored_at("explaining", "world", ALL, "methods", "saliency", "agreement"),
    ),
    _ask(
        ("What does federated learning give, and what not?", "联邦学习能给什么，不能给什么？"),
        (
            "Rows stay at home and only sums or steps travel: after thirty rounds ten clients have {early:.3f} together, {early_alone:.3f} each alone, and after ninety they reach {together:.3f}, alone {alone:.3f} (two seeds). Clients that are unlike lose at first (after thirty rounds {unlike_early:.3f}, alone {unlike_early_alone:.3f}) and gain after ninety ({unlike:.3f}, alone {unlike_alone:.3f}); all rows in one place have {central:.3f}. The result leaks what any model leaks; a promise needs noise as well.",
            "数据留在本地，只传和或更新量：十个客户端，三十轮之后一起训练为 {early:.3f}，各自单独训练为 {early_alone:.3f}；九十轮之后分别为 {together:.3f} 和 {alone:.3f}（两个种子）。差异大的客户端起初反而吃亏（三十轮后 {unlike_early:.3f}，单独训练 {unlike_early_alone:.3f}），九十轮后才有收获（{unlike:.3f}，单独训练 {unlike_alone:.3f}）；数据集中在一处为 {central:.3f}。得到的模型照样会泄露；要有承诺，还得加噪声。",
        ),
        "14_trends#federated",
        lambda n: (
            abs(n.early - n.early_alone) < 0.005
            and n.alone < n.together < n.central
            and n.unlike_early < n.unlike_early_alone
            and n.unlike_alone < n.unlike < n.central
        ),
        early=stored_at("privacy", "federated", "alike", ALL, "test"),
        early_alone=stored_at("privacy", "federated", "alike, each alone", ALL, "test"),
        together=stored_at("privacy", "more rounds", "alike", ALL, "test"),
        alone=stored_at("privacy", "more rounds", "alike, each alone", ALL, "test"),
        central=stored_at("privacy", "federated", "central", ALL, "test"),
        unlike_early=stored_at("privacy", "federated", "unlike", ALL, "test"),
        unlike_early_alone=stored_at("privacy", "federated", "unlike, each alone", ALL, "test"),
        unlike=stored_at("privacy", "more rounds", "unlike", ALL, "test"),
        unlike_alone=stored_at("privacy", "more rounds", "unlike, each alone", ALL, "test"),
    ),
)
"""The questions, in the order in which they are shown."""


def show_questions() -> None:
    """Every question as a part that opens to its answer, with a link to where it is shown."""
    numbered = list(enumerate(QUESTIONS, 1))
    html.show("".join(_as_html(n, one) for n, one in numbered), "\n".join(_as_text(n, one) for n, one in numbered))


def _as_html(number: int, asked: Asked) -> str:
    shown = phrase(en=f"Shown in {link(asked.where)}.", zh=f"见{link(asked.where)}。")
    return folded(f"{number}. {asked.question}", html.box(f"{html.rich(asked.answer.said())} {shown}", html.BLUE))


def _as_text(number: int, asked: Asked) -> str:
    return f"{number}. {asked.question}\n   {asked.answer.said()}"
