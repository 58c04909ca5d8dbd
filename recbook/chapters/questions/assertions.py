"""The reference text, assertion by assertion in our own words, and what the course found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pandas as pd

from recbook import plots
from recbook.chapters.questions.evidence import ALL, At, Evidence, evidence, folded, link, stored_at
from recbook.learning import html
from recbook.learning.content import Text
from recbook.plots import add_words
from recbook.session import phrase


class Verdict(Enum):
    """What the course found of an assertion."""

    HOLDS = "holds"
    CONDITION = "holds with a condition"
    NOT_HERE = "does not hold here"
    UNTESTED = "not testable here"


add_words(
    {
        "holds": ("holds", "成立"),
        "holds with a condition": ("holds with a condition", "有条件成立"),
        "does not hold here": ("does not hold here", "在此不成立"),
        "not testable here": ("not testable here", "这里无法检验"),
        "section of the text": ("section of the text", "参考文章的小节"),
        "what the text says": ("what the text says", "文章的说法"),
        "verdict": ("verdict", "结论"),
        "what was found": ("what was found", "依据"),
        "where it stands": ("where it stands", "出处"),
        "all sections": ("all sections", "合计"),
    }
)

SECTIONS = {
    "1": Text(en="Background", zh="背景介绍"),
    "1.1": Text(en="Challenges", zh="面临的挑战"),
    "1.2": Text(en="Advantages of pretraining", zh="预训练的优势"),
    "2.1": Text(en="Pretrained models", zh="预训练模型"),
    "2.2": Text(en="Recommender systems", zh="推荐系统"),
    "2.3": Text(en="How the two meet", zh="两者的联系"),
    "3.1": Text(en="Six parts", zh="六个部分"),
    "3.2": Text(en="Seven steps", zh="七个步骤"),
    "4.1": Text(en="Word2Vec", zh="Word2Vec"),
    "4.2": Text(en="BERT", zh="BERT"),
    "5.1": Text(en="A TensorFlow example", zh="TensorFlow 示例"),
    "5.2": Text(en="The example explained", zh="示例的解释"),
    "6": Text(en="Applications", zh="应用场景"),
    "7": Text(en="Tools", zh="工具"),
    "8.1": Text(en="Trends", zh="发展趋势"),
    "8.2": Text(en="Open problems", zh="挑战"),
    "9.1": Text(en="Which pretrained model?", zh="怎样选预训练模型？"),
    "9.2": Text(en="Which metric?", zh="怎样评估？"),
    "9.3": Text(en="What about cold start?", zh="怎样解决冷启动？"),
}
"""The sections of the reference text that assert something, by number."""


@dataclass(frozen=True)
class Assertion:
    """One statement of the reference text.

    section   its number, a key of `SECTIONS`
    says      the statement in our own words
    verdict   what the course found
    why       the evidence: a sentence, its numbers and its condition
    where     the chapter that shows it, with the name of a section where it has one: "10_cold_start#profile"
    """

    section: str
    says: Text
    verdict: Verdict
    why: Evidence
    where: str


def _row(
    section: str,
    says: tuple[str, str],
    verdict: Verdict,
    why: tuple[str, str],
    where: str,
    holds: Callable[[Any], bool] | None = None,
    /,
    **numbers: At,
) -> Assertion:
    return Assertion(section, Text(*says), verdict, evidence(why, holds, **numbers), where)


_HOLDS, _CONDITION, _NOT_HERE, _UNTESTED = Verdict

# NDCG@10 on the films that users rated last, as chapter 08 stored them; and among films that nobody has rated.


def _test(model: str) -> At:
    return stored_at("sequences", "test", model, "test")


ASSERTIONS = (
    _row(
        "1",
        (
            "A recommender that reads past behaviour can offer things that people may like.",
            "推荐系统读取历史行为，就能推荐用户可能喜欢的东西。",
        ),
        _HOLDS,
        (
            "EASE reads each user's history and reaches an NDCG@10 of {ease:.3f}, popularity {popularity:.3f}; the interval of the difference begins at {low:.3f}.",
            "EASE 读取每位用户的历史，NDCG@10 达到 {ease:.3f}，流行度为 {popularity:.3f}；差值区间的下限是 {low:.3f}。",
        ),
        "01_challenges",
        lambda n: n.low > 0 and n.ease > n.popularity,
        ease=_test("EASE"),
        popularity=_test("popularity"),
        low=stored_at("features", "controls", "EASE", "warm", "minus popularity", 0),
    ),
    _row(
        "1",
        (
            "Pretrained models have become a centre of recommender research.",
            "预训练模型已成为推荐系统的研究热点。",
        ),
        _UNTESTED,
        (
            "A statement about a field, which no log can settle; what others report, and what of it we cannot say, is listed.",
            "这是对研究领域的判断，任何日志都无法验证；别人报告了什么、其中哪些我们无从判断，书中列了出来。",
        ),
        "16_generative#others",
    ),
    _row(
        "1",
        (
            "Collaborative filtering and content-based recommendation both suffer from few data and from newcomers.",
            "协同过滤和基于内容的推荐都受数据稀少和冷启动之苦。",
        ),
        _CONDITION,
        (
            "What is learned from ratings ranks unrated films like a random order ({identity:.3f} and {random:.3f}); a regression on their titles reaches {content:.3f}, so content suffers far less.",
            "从评分学来的模型，对没有评分的电影排得和随机顺序一样（{identity:.3f} 与 {random:.3f}）；对片名做回归却能达到 {content:.3f}，所以内容方法受的影响小得多。",
        ),
        "07_pytorch#new-films",
        lambda n: abs(n.identity - n.random) < 0.01 and n.content > 2 * n.random,
        identity=stored_at("towers", "hidden", "identity"),
        random=stored_at("towers", "hidden", "random"),
        content=stored_at("towers", "hidden", "ridge"),
    ),
    _row(
        "1",
        (
            "Pretraining on large data learns meaning and patterns of behaviour, and so relieves both problems.",
            "在大规模数据上预训练，能学到语义和行为模式，从而缓解这两个问题。",
        ),
        _CONDITION,
        (
            "For films without ratings titles read by MiniLM help ({frozen:.3f}, at random {random:.3f}); for films with ratings, titles beside identities change {identity:.3f} to {both:.3f}, which is no gain.",
            "对没有评分的电影，MiniLM 读出的片名有用（{frozen:.3f}，随机为 {random:.3f}）；对有评分的电影，在 ID 嵌入之外加上片名，从 {identity:.3f} 变为 {both:.3f}，没有提高。",
        ),
        "07_pytorch#contribute",
        lambda n: n.frozen > 2 * n.random and n.both <= n.identity,
        frozen=stored_at("features", "controls", "frozen", "hidden", "ndcg"),
        random=stored_at("towers", "hidden", "random"),
        identity=stored_at("towers", "warm", "identity", "test"),
        both=stored_at("towers", "warm", "both", "test"),
    ),
    _row(
        "1.1",
        (
            "Sparse interactions make it hard to see what a user likes.",
            "交互稀疏，难以看清用户的偏好。",
        ),
        _HOLDS,
        (
            "With half of the training rows lost, EASE's NDCG@10 falls from {whole:.3f} to {half:.3f} on films; the mere count of ratings hardly feels it ({count:.3f}).",
            "训练数据丢掉一半，EASE 在电影上的 NDCG@10 从 {whole:.3f} 降到 {half:.3f}；只数评分条数的流行度几乎不受影响（{count:.3f}）。",
        ),
        "14_trends#quality",
        lambda n: n.half < 0.9 * n.whole and n.count > 0.95 * n.popularity,
        whole=stored_at("noise", "films", "clean", "EASE", "ndcg"),
        half=stored_at("noise", "films", "cost", "rows lost", "1", "EASE", "ndcg"),
        count=stored_at("noise", "films", "cost", "rows lost", "1", "popularity", "ndcg"),
        popularity=stored_at("noise", "films", "clean", "popularity", "ndcg"),
    ),
    _row(
        "1.1",
        (
            "For new users and new items there is no history, so good recommendation is hard.",
            "新用户、新物品没有历史数据，难以有效推荐。",
        ),
        _CONDITION,
        (
            "So it is for models that read histories only: for new films the best content model reaches {content:.3f} where a random order has {random:.3f}.",
            "只读历史的模型确实如此；而对新电影，最好的内容模型达到 {content:.3f}，随机顺序只有 {random:.3f}。",
        ),
        "10_cold_start",
        lambda n: n.content > 4 * n.random,
        content=stored_at("cold_controls", "targets", "near", "ndcg"),
        random=stored_at("towers", "hidden", "random"),
    ),
    _row(
        "1.1",
        (
            "Traditional recommenders can hardly explain their results.",
            "传统推荐模型难以解释推荐结果。",
        ),
        _NOT_HERE,
        (
            "The linear ones name the terms of their own sum: without the four films that EASE names, its first recommendation is gone for {named:.0%} of the users, without four random ones for {random:.0%}.",
            "线性模型能列出得分中的各项：拿掉 EASE 所列的四部电影，{named:.0%} 的用户的首位推荐消失；随机拿掉四部，只有 {random:.0%}。",
        ),
        "14_trends#explainable",
        lambda n: n.named > 2 * n.random,
        named=stored_at("explaining", "removed", "EASE", "lost", "its own terms", "4"),
        random=stored_at("explaining", "removed", "EASE", "lost", "random films", "4"),
    ),
    _row(
        "1.1",
        (
            "A lack of explanations limits how much people trust a recommendation.",
            "缺少解释，限制了用户对推荐的信任。",
        ),
        _UNTESTED,
        (
            "Trust was not measured, since nobody was asked; whether a reason is faithful to the model can be measured, and is.",
            "没有调查过用户，信任程度无从测量；能测量的是理由是否忠于模型，书中测了。",
        ),
        "14_trends#fluent",
    ),
    _row(
        "1.2",
        (
            "Pretrained models carry rich meaning, and so understand users and items better.",
            "预训练模型语义丰富，因而更能理解用户和物品。",
        ),
        _CONDITION,
        (
            "Items, yes: where the titles of a series share no word, MiniLM finds another part for {meaning:.0%} of 16 and random vectors for {none:.0%}. Users, no: vectors made of titles reach {user:.3f} and popularity {popularity:.3f}.",
            "物品确实如此：16 部系列片的片名没有相同的词，MiniLM 找到同系列影片的比例是 {meaning:.0%}，随机向量是 {none:.0%}。用户则不然：由片名得到的用户向量为 {user:.3f}，流行度为 {popularity:.3f}。",
        ),
        "05_features#user",
        lambda n: n.meaning > n.none + 0.1 and n.user < n.popularity,
        meaning=stored_at("features", "encoders", "MiniLM", "series, no shared word"),
        none=stored_at("features", "encoders", "random", "series, no shared word"),
        user=stored_at("features", "controls", "frozen", "warm", "ndcg"),
        popularity=_test("popularity"),
    ),
    _row(
        "1.2",
        (
            "They generalise, and suit different kinds of recommendation.",
            "泛化能力强，适应不同的推荐场景。",
        ),
        _CONDITION,
        (
            "For new films their reading helps; for products of a shop hidden by lot it hardly does: MiniLM {minilm:.3f}, the plain labels {labels:.3f}, a random vector for each text {random:.3f}.",
            "对新电影有用；对商店里随机隐藏的商品几乎没有用，不如标签：MiniLM 为 {minilm:.3f}，直接用标签为 {labels:.3f}，每种文本一个随机向量为 {random:.3f}。",
        ),
        "10_cold_start#shop",
        lambda n: n.minilm < n.labels and n.minilm < 1.1 * n.random,
        minilm=stored_at("new_products", "random", "models", "MiniLM", "ndcg"),
        labels=stored_at("new_products", "random", "models", "labels", "ndcg"),
        random=stored_at("new_products", "random", "models", "random vector a text", "ndcg"),
    ),
    _row(
        "1.2",
        (
            "They transfer to other tasks and domains.",
            "可以迁移到不同的任务和领域。",
        ),
        _CONDITION,
        (
            "The published vectors do where no text is shared (whole types of products hidden: {types:.3f}, a random vector for each text {drawn:.3f}, counted words {words:.3f}); what was trained on films on top of them does not (products hidden by lot: {film:.3f}, a random projection {random:.3f}, the whole vector {whole:.3f}).",
            "公开的向量在没有相同文本时可以（隐藏整个小类：{types:.3f}，每段文字一个随机向量为 {drawn:.3f}，词计数为 {words:.3f}）；在它上面用电影训练出的投影不行（随机隐藏的商品：{film:.3f}，随机投影 {random:.3f}，整个向量 {whole:.3f}）。",
        ),
        "10_cold_start#shop",
        lambda n: n.types > 1.5 * n.drawn and abs(n.types - n.words) < 0.01 and n.film <= n.random < n.whole,
        types=stored_at("new_products", "types", "models", "MiniLM", "ndcg"),
        drawn=stored_at("new_products", "types", "models", "random vector a text", "ndcg"),
        words=stored_at("new_products", "types", "models", "words", "ndcg"),
        whole=stored_at("new_products", "heads", "models", "MiniLM", "ndcg"),
        film=stored_at("new_products", "heads", "models", "film head", "ndcg"),
        random=stored_at("new_products", "heads", "models", "random head", "ndcg"),
    ),
    _row(
        "1.2",
        (
            "So they save cost and time of training.",
            "从而降低训练的成本和时间。",
        ),
        _CONDITION,
        (
            "Shown for filling gaps: after 500 equal steps published weights fill {published:.0%} of those in reviews, random ones {scratch:.0%}. What it saves a recommender was not measured.",
            "只在填空任务上看到：同样训练 500 步，公开的权重填对评论里 {published:.0%} 的空，随机权重只有 {scratch:.0%}。能为推荐模型省下多少，没有测过。",
        ),
        "04_bert",
        lambda n: n.published > 2 * n.scratch,
        published=stored_at("pretraining", "reviews", "test", "published", "accuracy"),
        scratch=stored_at("pretraining", "reviews", "test", "scratch", "accuracy"),
    ),
    _row(
        "2.1",
        (
            "A pretrained model is a deep network trained beforehand on large data, such as BERT or GPT.",
            "预训练模型是事先在大规模数据上训练好的深度网络，如 BERT、GPT。",
        ),
        _HOLDS,
        (
            "A definition; BERT's layer, written by hand, agrees with the library's, and one mask makes a GPT of it.",
            "这是定义；书中手写的 BERT 层与库的结果一致，换一个掩码就成了 GPT。",
        ),
        "04_bert#torch",
    ),
    _row(
        "2.1",
        (
            "By reading much text it learns meaning and the regularities of language.",
            "通过阅读大量文本，学到语义和语言规律。",
        ),
        _CONDITION,
        (
            "It fills {published:.0%} of the gaps, a count of neighbouring words {count:.0%}; but nearness is about topics, and “not about war” lies close to “about war”.",
            "它填对 {published:.0%} 的空，统计相邻词只能填对 {count:.0%}；但相近指的是话题相近，“与战争无关”和“关于战争”离得很近。",
        ),
        "00_start",
        lambda n: n.published > n.count,
        published=stored_at("pretraining", "reviews", "test", "published", "accuracy"),
        count=stored_at("pretraining", "reviews", "baselines", "left_neighbour"),
    ),
    _row(
        "2.2",
        (
            "A recommender system filters information for a person.",
            "推荐系统是为用户过滤信息的系统。",
        ),
        _HOLDS,
        (
            "A definition; the course builds one as six functions from a log to a list.",
            "这是定义；书中用六个函数搭了一个，从日志到列表。",
        ),
        "02_pipeline",
    ),
    _row(
        "2.2",
        (
            "From history and interests it infers what a person wants next.",
            "根据历史和兴趣，推断用户接下来需要什么。",
        ),
        _CONDITION,
        (
            "Say first whether *again* or *new* is meant: in a shop EASE without counts loses the next basket to own frequency ({ease_again:.3f} to {again:.3f}) and wins what is new from the bestsellers of the last weeks ({ease_new:.3f} to {new:.3f}). A blend of the two serves both.",
            "先要说清是“再次”还是“新品”：在商店里，不看次数的 EASE 在下一篮上不如个人频率（{ease_again:.3f}，个人频率 {again:.3f}），在新品上胜过最近几周的畅销榜（{ease_new:.3f}，畅销榜 {new:.3f}）。个人频率与 EASE 合用，两样都好。",
        ),
        "11_applications#tasks",
        lambda n: (
            n.again > n.ease_again and n.ease_new > n.new and n.blend_again > 0.95 * n.again and n.blend_new > n.new
        ),
        again=stored_at("applications", "test", "next", "own frequency", "ndcg"),
        ease_again=stored_at("applications", "test", "next", "EASE", "ndcg"),
        new=stored_at("applications", "test", "discovery", "popularity, last weeks", "ndcg"),
        ease_new=stored_at("applications", "test", "discovery", "EASE", "ndcg"),
        blend_again=stored_at("applications", "test", "next", "recency frequency + EASE", "ndcg"),
        blend_new=stored_at("applications", "test", "discovery", "recency frequency + EASE", "ndcg"),
    ),
    _row(
        "2.3",
        (
            "Pretrained models can learn vectors of users and items.",
            "预训练模型可用来学习用户和物品的向量。",
        ),
        _CONDITION,
        (
            "Of items, yes: vectors of titles rank films without ratings ({items:.3f}, at random {random:.3f}). A user's vector, the mean of the titles met, ranks known films below popularity ({users:.3f} to {popularity:.3f}).",
            "物品可以：片名向量能给没有评分的电影排序（{items:.3f}，随机为 {random:.3f}）。用户向量取看过的片名的平均，给已有评分的电影排序时低于流行度（{users:.3f}，流行度 {popularity:.3f}）。",
        ),
        "05_features#user",
        lambda n: n.items > 2 * n.random and n.users < n.popularity,
        items=stored_at("features", "controls", "frozen", "hidden", "ndcg"),
        random=stored_at("towers", "hidden", "random"),
        users=stored_at("features", "controls", "frozen", "warm", "ndcg"),
        popularity=_test("popularity"),
    ),
    _row(
        "2.3",
        (
            "First promise: this makes recommendation more accurate.",
            "承诺之一：提高推荐的准确性。",
        ),
        _CONDITION,
        (
            "For new films it does ({text:.3f}, at random {chance:.3f}). For known ones not: SASRec has {titles:.3f} with titles and {random:.3f} with random vectors in their place.",
            "新电影上成立（{text:.3f}，随机为 {chance:.3f}）。已有评分的电影上不成立：SASRec 用片名为 {titles:.3f}，换成随机向量为 {random:.3f}。",
        ),
        "08_sequences#titles",
        lambda n: n.text > 2 * n.chance and n.titles < n.random + 0.003,
        text=stored_at("features", "controls", "frozen", "hidden", "ndcg"),
        chance=stored_at("towers", "hidden", "random"),
        titles=_test("SASRec, both"),
        random=_test("SASRec, random codes"),
    ),
    _row(
        "2.3",
        (
            "Second promise: this makes recommendation more efficient.",
            "承诺之二：提高推荐的效率。",
        ),
        _CONDITION,
        (
            "Titles beside identities do not lengthen SASRec's training ({sasrec:.0f} CPU seconds, without them {alone:.0f}). What costs is the transformer (EASE with the last films takes {ease:.1f}) and the reading, {rate:.0f} titles a second on one core.",
            "在 ID 嵌入之外加上片名，SASRec 的训练并不变长（{sasrec:.0f} CPU 秒，不加片名为 {alone:.0f}）。费时的是 Transformer（EASE 近期加权只要 {ease:.1f} 秒）和读片名（单核每秒 {rate:.0f} 个）。",
        ),
        "08_sequences#all-models-on-one-table",
        lambda n: abs(n.sasrec - n.alone) < 0.1 * n.alone and n.sasrec > 50 * n.ease,
        sasrec=stored_at("sequences", "test", "SASRec, both", "seconds"),
        alone=stored_at("sequences", "test", "SASRec", "seconds"),
        ease=stored_at("sequences", "test", "EASE, last films", "seconds"),
        rate=stored_at("features", "encoders", "MiniLM", "titles_a_second"),
    ),
    _row(
        "2.3",
        (
            "BERT can turn a user's history into a vector that predicts interest in a new item.",
            "BERT 可把用户的历史编码成向量，用来预测对新物品的兴趣。",
        ),
        _CONDITION,
        (
            "Shown for known films: BERT's form, trained on histories, has {bert:.3f} (BERT4Rec), popularity {popularity:.3f}; a film without ratings has no place in its table. Reading five titles as one text with the published BERT gave nothing over their mean.",
            "只在已有评分的电影上成立：用历史训练 BERT 的结构（BERT4Rec）为 {bert:.3f}，流行度为 {popularity:.3f}；没有评分的电影不在 BERT4Rec 的嵌入表里。用公开的 BERT 把五个片名当一段文本来读，并不比取平均好。",
        ),
        "08_sequences#bert4rec",
        lambda n: n.bert > 1.5 * n.popularity,
        bert=_test("BERT4Rec"),
        popularity=_test("popularity"),
    ),
    _row(
        "3.1",
        (
            "Part 1: clean the data, remove noise, fill gaps.",
            "第一部分：清洗数据，去噪声，补缺失。",
        ),
        _CONDITION,
        (
            "It depends on the flaw: wrong times change the towers' NDCG@10 by {times:.3f}, copies by {copies:.3f}, and after mending neither is significant; missing genres alone change it by {genres:.3f}, which is not significant.",
            "要看是哪种问题：错误的时间使双塔模型的 NDCG@10 变化 {times:.3f}，重复数据使之变化 {copies:.3f}，修复后都不再显著；只缺类型则为 {genres:.3f}，不显著。",
        ),
        "02_pipeline#costs",
        lambda n: max(n.times_high, n.copies_high) < 0 <= min(n.times_mended, n.copies_mended) and 0 < n.genres_high,
        times=stored_at("flaws", "rows", {"flaw": "wrong_times", "state": "flawed", "model": "towers"}, "difference"),
        copies=stored_at("flaws", "rows", {"flaw": "copies", "state": "flawed", "model": "towers"}, "difference"),
        genres=stored_at(
            "flaws", "rows", {"flaw": "missing_genres", "state": "flawed", "model": "towers"}, "difference"
        ),
        times_high=stored_at("flaws", "rows", {"flaw": "wrong_times", "state": "flawed", "model": "towers"}, "high"),
        copies_high=stored_at("flaws", "rows", {"flaw": "copies", "state": "flawed", "model": "towers"}, "high"),
        times_mended=stored_at("flaws", "rows", {"flaw": "wrong_times", "state": "mended", "model": "towers"}, "high"),
        copies_mended=stored_at("flaws", "rows", {"flaw": "copies", "state": "mended", "model": "towers"}, "high"),
        genres_high=stored_at(
            "flaws", "rows", {"flaw": "missing_genres", "state": "flawed", "model": "towers"}, "high"
        ),
    ),
    _row(
        "3.1",
        (
            "Part 2: choose a pretrained model and pretrain it on large data.",
            "第二部分：选择预训练模型，并在大规模数据上预训练。",
        ),
        _NOT_HERE,
        (
            "One starts from published weights: from random ones 2,000 steps reach {long:.0%} of the gaps, published ones {published:.0%} after 500.",
            "通常从公开的权重开始：随机权重训练 2,000 步填对 {long:.0%} 的空，公开的权重只要 500 步就填对 {published:.0%}。",
        ),
        "04_bert",
        lambda n: n.published > n.long,
        long=stored_at("pretraining", "reviews", "scratch_long", "held_out", "mlm_accuracy", -1),
        published=stored_at("pretraining", "reviews", "test", "published", "accuracy"),
    ),
    _row(
        "3.1",
        (
            "Part 3: extract feature vectors with the pretrained model.",
            "第三部分：用预训练模型提取特征向量。",
        ),
        _CONDITION,
        (
            "What is written into the text decides: with year and genres behind the title new films rise from {title:.3f} to {rich:.3f}; on four tasks no pooling was measurably better than the mean.",
            "关键是写进什么文本：片名后加上年份和类型，新电影从 {title:.3f} 升到 {rich:.3f}；而在四项任务上，没有哪种池化显著好于平均。",
        ),
        "05_features",
        lambda n: n.rich > n.title + 0.02,
        title=stored_at("heads", "columns", "title", "hidden"),
        rich=stored_at("heads", "columns", "title, year, genres", "hidden"),
    ),
    _row(
        "3.1",
        (
            "Part 4: build a recommendation model, a deep one for example, on these vectors.",
            "第四部分：在这些向量上构建推荐模型，例如深度模型。",
        ),
        _CONDITION,
        (
            "It need not be deep: on new films a ridge regression on titles has {ridge:.3f}, trained towers with titles {text:.3f}, with identities too {both:.3f}.",
            "不一定要深：新电影上，对片名做岭回归为 {ridge:.3f}，训练出的双塔模型只用片名为 {text:.3f}，加上 ID 嵌入为 {both:.3f}。",
        ),
        "07_pytorch#new-films",
        lambda n: n.ridge > n.both > n.text,
        ridge=stored_at("towers", "hidden", "ridge"),
        text=stored_at("towers", "hidden", "text"),
        both=stored_at("towers", "hidden", "both"),
    ),
    _row(
        "3.1",
        (
            "Part 5: train it, and tune its parameters.",
            "第五部分：训练模型并优化参数。",
        ),
        _CONDITION,
        (
            "Tune on validation data only: the best of 100 settings adds {chosen:.4f} on the users it was chosen by, {fresh:.4f} on fresh ones.",
            "只能在验证集上调：从 100 组设置里选最好的，在用来选择的用户上提高 {chosen:.4f}，在新的用户上只提高 {fresh:.4f}。",
        ),
        "09_evaluation#tuning",
        lambda n: n.fresh < 0.6 * n.chosen,
        chosen=stored_at("deceptions", "films", "tuned", "chosen on"),
        fresh=stored_at("deceptions", "films", "tuned", "fresh"),
    ),
    _row(
        "3.1",
        (
            "Part 6: make each user's list.",
            "第六部分：为每位用户生成列表。",
        ),
        _CONDITION,
        (
            "Ask what may be listed: with the history left in, EASE's NDCG@10 is {unmasked:.3f}, with it masked {masked:.3f}.",
            "先问哪些东西可以进列表：不屏蔽历史，EASE 的 NDCG@10 是 {unmasked:.3f}；屏蔽之后是 {masked:.3f}。",
        ),
        "09_evaluation#what-is-masked-decides-what-is-asked",
        lambda n: n.unmasked < 0.5 * n.masked,
        unmasked=stored_at("deceptions", "films", "unmasked", "EASE"),
        masked=stored_at("deceptions", "films", "as it is", "EASE", "ndcg@10"),
    ),
    _row(
        "3.2",
        (
            "Step 1: choose the pretrained model by task and data.",
            "第一步：按任务和数据选择预训练模型。",
        ),
        _HOLDS,
        (
            "Asked with 50 Chinese titles, the small multilingual encoder finds {several:.0%} of the English ones, MiniLM {english:.0%}.",
            "用 50 个中文片名去查英文片名，小的多语言编码器找到 {several:.0%}，MiniLM 只找到 {english:.0%}。",
        ),
        "11_applications#films",
        lambda n: n.several > 5 * n.english,
        several=stored_at("languages", "titles", "multilingual", "hits"),
        english=stored_at("languages", "titles", "MiniLM", "hits"),
    ),
    _row(
        "3.2",
        (
            "Step 2: fine-tune it on recommendation data, so that it suits the task.",
            "第二步：在推荐数据上微调，使它适应任务。",
        ),
        _CONDITION,
        (
            "For new films it pays ({frozen:.3f} becomes {tuned:.3f}, on all five sets); for films with ratings the tuned vectors stay at {known:.3f}, below popularity ({popularity:.3f}).",
            "对新电影值得（{frozen:.3f} 升到 {tuned:.3f}，五组都提高）；对有评分的电影，微调后的向量仍只有 {known:.3f}，低于流行度（{popularity:.3f}）。",
        ),
        "05_features#code",
        lambda n: n.tuned > n.frozen and n.least > 0 and n.known < n.popularity,
        frozen=stored_at("features", "controls", "frozen", "hidden", "ndcg"),
        tuned=stored_at("features", "tuning", "layer", "hidden", "hidden", "ndcg"),
        least=stored_at("features", "tuning", "layer", "hidden", "hidden", "minus frozen, interval", 0),
        known=stored_at("features", "tuning", "layer", "warm", "warm", "ndcg"),
        popularity=_test("popularity"),
    ),
    _row(
        "3.2",
        (
            "Step 3: extract the vectors with the tuned model.",
            "第三步：用微调后的模型提取特征向量。",
        ),
        _CONDITION,
        (
            "Check what was forgotten: tuned hard for known films, MiniLM agrees with people on news at {tuned:.2f} and no longer at {frozen:.2f}.",
            "要检查忘掉了什么：针对已有评分的电影大力微调后，MiniLM 在新闻上与人的一致程度只有 {tuned:.2f}，原来是 {frozen:.2f}。",
        ),
        "05_features",
        lambda n: n.tuned < n.frozen - 0.1,
        tuned=stored_at("features", "tuning", "layer", "warm", "lee"),
        frozen=stored_at("features", "controls", "lee, frozen"),
    ),
    _row(
        "3.2",
        (
            "Step 4: choose a suitable recommendation model, a deep one for example.",
            "第四步：选择合适的推荐模型，例如深度模型。",
        ),
        _CONDITION,
        (
            "What it reads counts more than its depth: EASE with the last films has {ease:.3f}, SASRec {sasrec:.3f}, deep towers without an order {towers:.3f}.",
            "读什么比有多深更重要：EASE（近期加权）为 {ease:.3f}，SASRec 为 {sasrec:.3f}，不看先后的深度双塔模型为 {towers:.3f}。",
        ),
        "08_sequences#titles",
        lambda n: n.towers < 0.8 * min(n.ease, n.sasrec),
        ease=_test("EASE, last films"),
        sasrec=_test("SASRec"),
        towers=_test("two towers"),
    ),
    _row(
        "3.2",
        (
            "Step 5: train and optimise.",
            "第五步：训练并优化参数。",
        ),
        _CONDITION,
        (
            "The loss matters most: SASRec has {all:.3f} on validation when all films compete, {one:.3f} with one random negative.",
            "最要紧的是损失函数：所有电影都参与竞争时，SASRec 在验证集上为 {all:.3f}；只用一个随机负样本时为 {one:.3f}。",
        ),
        "08_sequences#details",
        lambda n: n.one < 0.9 * n.all,
        all=stored_at("sequences", "details", "SASRec", "as it is", ""),
        one=stored_at("sequences", "details", "SASRec", "loss", "one negative"),
    ),
    _row(
        "3.2",
        (
            "Step 6: evaluate on test data, by accuracy, recall and the like.",
            "第六步：在测试数据上评估，如准确率、召回率。",
        ),
        _CONDITION,
        (
            "Say how the data were split: on a random split EASE shows {fooled:.3f}, on one by time {honest:.3f}, and there another film is hidden as well. With the hidden film held fixed, the past alone gives {past:.3f}, as many rows from past and future {later:.3f}, all rows {all:.3f}.",
            "要写明怎样划分：随机划分时 EASE 显示 {fooled:.3f}，按时间划分是 {honest:.3f}，而且两者留出的电影也不同。固定留出的电影：只用过去的数据为 {past:.3f}，从过去和之后抽同样多的数据为 {later:.3f}，用全部数据为 {all:.3f}。",
        ),
        "09_evaluation#future",
        lambda n: n.honest < n.fooled and n.past < n.later < n.all,
        past=stored_at("deceptions", "films", "random split", "arms", "EASE", "means", "only the past"),
        later=stored_at("deceptions", "films", "random split", "arms", "EASE", "means", "as many, also later"),
        all=stored_at("deceptions", "films", "random split", "arms", "EASE", "means", "all but the hidden film"),
        fooled=stored_at("deceptions", "films", "random split", "fooled", "EASE"),
        honest=stored_at("deceptions", "films", "as it is", "EASE", "ndcg@10"),
    ),
    _row(
        "3.2",
        (
            "Step 7: deploy the trained model as a service.",
            "第七步：把模型部署成服务。",
        ),
        _HOLDS,
        (
            "Done here: the encoder in 8 bits takes {small:.0f} MB in place of {whole:.0f} and changes NDCG@10 on new films by {change:.3f}; under load a model was exchanged and no request lost.",
            "书中做到了：8 位编码器占 {small:.0f} MB（原来 {whole:.0f} MB），新电影的 NDCG@10 变化 {change:.3f}；在负载下换模型，没有丢失请求。",
        ),
        "12_deployment#smaller",
        lambda n: n.small < 0.5 * n.whole and n.change > -0.01,
        small=stored_at("serving", "encoder", "onnx-int8", "bytes", times=1e-6),
        whole=stored_at("serving", "encoder", "torch", "bytes", times=1e-6),
        change=stored_at("serving", "more draws", "differences", "onnx-int8", "mean"),
    ),
    _row(
        "4.1",
        (
            "Word2Vec gives each word a short vector that captures relations of meaning.",
            "Word2Vec 给每个词一个低维向量，捕捉语义关系。",
        ),
        _CONDITION,
        (
            "It needs enough text and the right reading: on films the usual recipe scores {usual:.3f}, the same method with chosen settings and scores {chosen:.3f}.",
            "需要足够的文本和正确的用法：在电影上，通常的做法为 {usual:.3f}，同样的方法换上选好的设置和打分方式为 {chosen:.3f}。",
        ),
        "03_word2vec#settings",
        lambda n: n.chosen > 5 * n.usual,
        usual=stored_at("item2vec", "test", "item2vec, gensim's defaults, usual recipe", "ndcg@10"),
        chosen=stored_at("item2vec", "test", "item2vec, chosen", "ndcg@10"),
    ),
    _row(
        "4.1",
        (
            "It has two forms: CBOW guesses the word from its context, skip-gram the context from the word.",
            "它有两种形式：CBOW 由上下文预测目标词，Skip-gram 由目标词预测上下文。",
        ),
        _HOLDS,
        (
            "Both are derived and trained here; their gradients agree with autograd.",
            "书中推导并训练了这两种形式，梯度与自动求导一致。",
        ),
        "03_word2vec#check",
    ),
    _row(
        "4.1",
        (
            "CBOW's formula: one vector a word, and the sum of the context's vectors.",
            "CBOW 的公式：每个词一个向量，上下文向量求和。",
        ),
        _NOT_HERE,
        (
            "The original keeps two tables and takes the mean; with one table the context words score themselves.",
            "原论文用两张表，取平均；只用一张表，上下文的词会给自己打高分。",
        ),
        "03_word2vec#formulas",
    ),
    _row(
        "4.1",
        (
            "Skip-gram's formula: the product of the probabilities of the context words, again from one table.",
            "Skip-gram 的公式：上下文各词概率的乘积，同样只用一张表。",
        ),
        _CONDITION,
        (
            "The product is right, and training takes the sum of its logs; with one table the centre word itself ranks near the top of its own neighbours.",
            "乘积是对的，训练时取对数变成求和；只用一张表，中心词自己会排到自己的邻居前列。",
        ),
        "03_word2vec#one-table",
    ),
    _row(
        "4.2",
        (
            "BERT is a Transformer that learns meaning and regularities of language.",
            "BERT 基于 Transformer，能学到语义和语言规律。",
        ),
        _HOLDS,
        (
            "Built by hand from attention up, it gives the library's numbers; what its attention shows about meaning is another question.",
            "书中从注意力开始手写，得到与库相同的数；至于注意力能说明多少语义，是另一个问题。",
        ),
        "04_bert#heads",
    ),
    _row(
        "4.2",
        (
            "It is pretrained by two main tasks, MLM and NSP.",
            "主要由 MLM 和 NSP 两个任务预训练。",
        ),
        _CONDITION,
        (
            "That is history; as a need it does not hold: on reviews the gaps are filled as well without NSP ({without:.1%}) as with it ({with_it:.1%}).",
            "这是历史事实；说它必不可少则不成立：在评论上，不用 NSP 填对 {without:.1%}，用 NSP 填对 {with_it:.1%}。",
        ),
        "04_bert#nsp-worth",
        lambda n: n.without > n.with_it - 0.01,
        without=stored_at("pretraining", "review_pairs", "no next sentence, published", "final", "mlm_accuracy"),
        with_it=stored_at("pretraining", "review_pairs", "next sentence, published", "final", "mlm_accuracy"),
    ),
    _row(
        "4.2",
        (
            "MLM predicts hidden words from what stands around them.",
            "MLM 根据上下文预测被掩盖的词。",
        ),
        _HOLDS,
        (
            "A BERT of two layers fills {bert:.0%} of the gaps in film sentences, a count of left neighbours {count:.0%}.",
            "两层的小 BERT 填对电影句子里 {bert:.0%} 的空，统计左邻词填对 {count:.0%}。",
        ),
        "04_bert#rule",
        lambda n: n.bert > n.count,
        bert=stored_at("pretraining", "films", "runs", ALL, "final", "mlm_accuracy"),
        count=stored_at("pretraining", "films", "baselines", "left_neighbour"),
    ),
    _row(
        "4.2",
        (
            "NSP judges whether two sentences follow each other.",
            "NSP 判断两个句子是否连续。",
        ),
        _CONDITION,
        (
            "A high score does not show that it reads: on film pairs a rule of shared words is right in {rule:.1%}; on reviews, where words do not give it away, NSP stays at {reviews:.1%}.",
            "得分高不说明读懂了：在电影句对上，只看相同词的规则就有 {rule:.1%} 正确；在没有这种线索的评论上，NSP 停在 {reviews:.1%}。",
        ),
        "04_bert#nsp",
        lambda n: n.rule > 0.95 and abs(n.reviews - 0.5) < 0.04,
        rule=stored_at("pretraining", "films", "baselines", "nsp", "shared_words"),
        reviews=stored_at("pretraining", "review_pairs", "next sentence, published", "final", "nsp_accuracy"),
    ),
    _row(
        "5.1",
        (
            "`load_model('bert_model')` loads a pretrained BERT.",
            "`load_model('bert_model')` 载入预训练的 BERT。",
        ),
        _NOT_HERE,
        (
            "Keras 3 refuses a name without its ending; with MiniLM's weights in thirty lines of Keras it loads `bert_model.keras`.",
            "Keras 3 拒绝没有扩展名的文件名；用三十行 Keras 装上 MiniLM 的权重之后，能载入 `bert_model.keras`。",
        ),
        "06_tensorflow#elsewhere",
    ),
    _row(
        "5.1",
        (
            "Calling BERT gives the feature vectors of users and items.",
            "调用 BERT 就得到用户和物品的特征向量。",
        ),
        _NOT_HERE,
        (
            "A hub-style BERT returns several outputs, the inputs are never defined, and what is computed before `fit` is never trained.",
            "常见的 BERT 有多个输出，示例里的输入从未定义，而在 `fit` 之前算好的向量不会被训练。",
        ),
        "06_tensorflow#tuning",
    ),
    _row(
        "5.1",
        (
            "A dot product with one dense sigmoid unit is a recommendation model.",
            "点积加一个 sigmoid 单元就是推荐模型。",
        ),
        _NOT_HERE,
        (
            "Two numbers are learned: they keep the order of the dot product or turn it round, and can do nothing else.",
            "能学的只有两个数：要么保持点积的顺序，要么把它颠倒，别无可能。",
        ),
        "06_tensorflow",
    ),
    _row(
        "5.1",
        (
            "Ten epochs of binary cross-entropy with Adam train it.",
            "用二元交叉熵和 Adam 训练十个轮次。",
        ),
        _CONDITION,
        (
            "With towers that can learn, yes; and films that compete may do better: softmax {softmax:.3f}, sigmoid {sigmoid:.3f} on validation (three seeds, which overlap).",
            "换成能学习的双塔模型就可以；让电影互相竞争也许更好：验证集上 softmax 为 {softmax:.3f}，sigmoid 为 {sigmoid:.3f}（三个种子，互有重叠）。",
        ),
        "06_tensorflow#which-loss",
        lambda n: n.softmax > n.sigmoid,
        softmax=stored_at("two_towers", "both", "softmax"),
        sigmoid=stored_at("two_towers", "both", "sigmoid"),
    ),
    _row(
        "5.1",
        (
            "`predict` on the same pairs gives the recommendations.",
            "对同样的输入调用 `predict` 就得到推荐结果。",
        ),
        _NOT_HERE,
        (
            "It scores pairs that were trained on; a list needs every item, the history masked, and an order.",
            "它只给训练过的用户和物品配对打分；要得到列表，得给所有物品打分、屏蔽历史、再排序。",
        ),
        "06_tensorflow#list",
    ),
    _row(
        "5.2",
        (
            "The dot product measures how similar user and item are.",
            "点积衡量用户与物品的相似度。",
        ),
        _CONDITION,
        (
            "It also carries length, and so how well known an item is: item2vec has {product:.3f} by the product and {cosine:.3f} by the cosine (validation; the cosine also uses one table where the product uses two).",
            "点积还包含向量的长度，也就是物品有多热门：item2vec 用点积打分为 {product:.3f}，用余弦为 {cosine:.3f}（验证集；余弦只用一张表，点积用两张，这也有影响）。",
        ),
        "03_word2vec#settings",
        lambda n: n.product > 1.5 * n.cosine,
        product=stored_at("item2vec", "scoring", "chosen", "output, last films", "ndcg@10"),
        cosine=stored_at("item2vec", "scoring", "chosen", "cosine, last films", "ndcg@10"),
    ),
    _row(
        "5.2",
        (
            "The model is then evaluated on test data.",
            "最后用测试数据评估模型。",
        ),
        _NOT_HERE,
        (
            "The example holds nothing out; the rebuilt one does, and stands beside popularity and EASE.",
            "示例没有留出任何数据；重建的版本留出了，并与流行度和 EASE 并列比较。",
        ),
        "06_tensorflow",
    ),
    _row(
        "6",
        (
            "Shops: browsing and purchases tell which goods to recommend.",
            "电商：由浏览和购买记录推荐商品。",
        ),
        _CONDITION,
        (
            "For the next basket own frequency, recent first, has {again:.3f}; for goods never bought before EASE leads the last weeks' bestsellers, {ease:.3f} to {sellers:.3f}.",
            "下一篮里，个人频率（近期加权）为 {again:.3f}；对没买过的商品，EASE 高于最近几周的畅销榜（{ease:.3f} 对 {sellers:.3f}）。",
        ),
        "11_applications#shop",
        lambda n: n.again > 3 * n.ease and n.ease > n.sellers,
        again=stored_at("applications", "test", "next", "recency frequency", "ndcg"),
        ease=stored_at("applications", "test", "discovery", "EASE", "ndcg"),
        sellers=stored_at("applications", "test", "discovery", "popularity, last weeks", "ndcg"),
    ),
    _row(
        "6",
        (
            "Films: ratings and what was watched tell which films to recommend.",
            "电影：由观影历史和评分推荐电影。",
        ),
        _CONDITION,
        (
            "Within a sitting they do; for the {people:.0f} users who came back after more than an hour popularity has {popularity:.3f}, EASE {ease:.3f} and SASRec {sasrec:.3f}: much of EASE's lead is the order of a page.",
            "同一次评分中确实如此；隔了一小时以上再回来的 {people:.0f} 位用户，流行度为 {popularity:.3f}，EASE 为 {ease:.3f}，SASRec 为 {sasrec:.3f}：EASE 的优势多半来自页面的顺序。",
        ),
        "09_evaluation#page",
        lambda n: n.popularity > n.ease,
        popularity=stored_at("page_order", "films", "by delay", "models", "popularity", "later", "mean"),
        ease=stored_at("page_order", "films", "by delay", "models", "EASE", "later", "mean"),
        sasrec=stored_at("page_order", "films", "by delay", "models", "SASRec", "later", "mean"),
        people=stored_at("page_order", "films", "by delay", "models", "EASE", "later", "n"),
    ),
    _row(
        "6",
        (
            "Music: what was played and kept tells which music to recommend.",
            "音乐：由听歌和收藏记录推荐音乐。",
        ),
        _CONDITION,
        (
            "The tunes are real, the listeners invented: with them own frequency, recent first, is ahead of EASE, since the same tune comes again. Real listeners were not tested.",
            "曲子是真的，听众是虚构的：同一首曲子会反复播放，所以近期加权的个人频率高于 EASE。真实听众没有检验。",
        ),
        "11_applications#music",
    ),
    _row(
        "6",
        (
            "News: what was read tells which news to recommend.",
            "新闻：由阅读历史推荐新闻。",
        ),
        _CONDITION,
        (
            "In an invented press it does: a list has {words:.3f} clicks with a profile of the words read, {fresh:.3f} without one. On real news only likeness was tested, where MiniLM agrees with people at {agreement:.2f}.",
            "在虚构的报社里成立：用读过的词做画像，一张列表得 {words:.3f} 次点击，没有画像为 {fresh:.3f}。在真实新闻上只检验了相似度，MiniLM 与人的一致程度为 {agreement:.2f}。",
        ),
        "15_questions#encoder",
        lambda n: n.least > 0 and n.words > n.fresh and n.agreement > 0.3,
        words=stored_at("languages", "news", "en", "clicks", "words", "mean"),
        fresh=stored_at("languages", "news", "en", "clicks", "fresh", "mean"),
        least=stored_at("languages", "news", "en", "clicks", "words", "less", "fresh", 0),
        agreement=stored_at("features", "controls", "lee, frozen"),
    ),
    _row(
        "7",
        (
            "TensorFlow is an open framework for machine learning, from Google.",
            "TensorFlow 是 Google 开发的开源机器学习框架。",
        ),
        _HOLDS,
        (
            "A fact that its own pages state; the course builds its towers on it.",
            "这是它自己的网页写明的事实；书中用它搭了双塔模型。",
        ),
        "06_tensorflow",
    ),
    _row(
        "7",
        (
            "PyTorch is an open framework for machine learning, from Facebook.",
            "PyTorch 是 Facebook 开发的开源机器学习框架。",
        ),
        _CONDITION,
        (
            "It began there; since 2022 it belongs to the PyTorch Foundation.",
            "它起源于 Facebook；从 2022 年起由 PyTorch 基金会管理。",
        ),
        "13_toolbox",
    ),
    _row(
        "7",
        (
            "Transformers offers all kinds of pretrained models.",
            "Transformers 提供各种预训练模型。",
        ),
        _CONDITION,
        (
            "It is installed with the code of models and without any weights; an entry that a file lacks is drawn at random, and nothing stops.",
            "装上的只有模型代码，没有权重；文件里缺的参数会随机生成，程序并不停下。",
        ),
        "13_toolbox#recipe",
    ),
    _row(
        "7",
        (
            "RecBole is an open toolkit for recommender research.",
            "RecBole 是面向推荐系统研究的开源工具包。",
        ),
        _CONDITION,
        (
            "Its EASE is ours ({theirs:.4f} and {ours:.4f}, fitted without the validation film, hence not {usual:.3f}); but its last release asks for an environment of its own, and its SASRec's metric is not comparable as printed.",
            "它的 EASE 与我们的相同（{theirs:.4f} 与 {ours:.4f}；没有用验证集的那一部，所以不是 {usual:.3f}）；但它的最新版需要单独的环境，它打印的 SASRec 指标也不能直接比较。",
        ),
        "13_toolbox#beside",
        lambda n: abs(n.theirs - n.ours) < 1e-4 and n.usual > n.ours + 0.001,
        theirs=stored_at("peers", "models", "RecBole EASE", "ndcg"),
        ours=stored_at("peers", "models", "EASE", "ndcg"),
        usual=_test("EASE"),
    ),
    _row(
        "8.1",
        (
            "Joining text, pictures and video makes recommendation more accurate and more complete.",
            "融合文本、图像、视频，提高推荐的准确性和全面性。",
        ),
        _CONDITION,
        (
            "With drawn garments and invented shoppers, text alone has {text:.2f}, the picture alone {picture:.2f}, both at an equal voice {both:.2f}: a second modality pays for what the first does not say. Of one drawn frame the garment's kind is read at {one:.0%}, of sixteen at {many:.0%}. Photographs and videos of real shops were not tested.",
            "在程序绘制的服装和模拟的顾客上，只用文本为 {text:.2f}，只用图片为 {picture:.2f}，两者按相同的数值尺度合在一起为 {both:.2f}：第二种模态的价值在于第一种没有的信息。从一帧画面认出款式的比例是 {one:.0%}，十六帧合起来是 {many:.0%}。真实商店的照片和视频没有检验。",
        ),
        "14_trends#multimodal",
        lambda n: min(n.over_text, n.over_picture) > 0 and n.both > max(n.text, n.picture) and n.many > n.one,
        one=stored_at("multimodal", "frames", "1", "kind", "pooled"),
        many=stored_at("multimodal", "frames", "16", "kind", "pooled"),
        text=stored_at("multimodal", "fusion", "adding", "text", "ndcg"),
        picture=stored_at("multimodal", "fusion", "adding", "picture", "ndcg"),
        both=stored_at("multimodal", "fusion", "adding", "early", "ndcg"),
        over_text=stored_at("multimodal", "fusion", "adding", "early", "less", "text", 0),
        over_picture=stored_at("multimodal", "fusion", "adding", "early", "less", "picture", 0),
    ),
    _row(
        "8.1",
        (
            "Explainable models will make people trust recommendations more.",
            "可解释的模型会增强用户的信任。",
        ),
        _UNTESTED,
        (
            "Trust takes people. Truth can be marked where it is known: Shapley values agree with the true reasons at {shapley:.2f}, input × gradient at {product:.2f}.",
            "信任要问人才知道。在原因已知的世界里，可以给解释打分：Shapley 值与真实原因的相关为 {shapley:.2f}，输入×梯度为 {product:.2f}。",
        ),
        "14_trends#explainable",
        lambda n: n.shapley > n.product,
        shapley=stored_at("explaining", "world", ALL, "methods", "Shapley values", "agreement"),
        product=stored_at("explaining", "world", ALL, "methods", "input x gradient", "agreement"),
    ),
    _row(
        "8.1",
        (
            "Recommendation can protect privacy and still work well.",
            "可以在保护隐私的前提下有效推荐。",
        ),
        _CONDITION,
        (
            "With a thousand users a strict promise costs what is personal: at ε = 1 private EASE has {private:.3f}, popularity {popularity:.3f}, EASE without noise {plain:.3f}.",
            "只有一千位左右的用户时，严格的承诺要付出个性化：ε = 1 时加噪声的 EASE 为 {private:.3f}，流行度为 {popularity:.3f}，无噪声的 EASE 为 {plain:.3f}。",
        ),
        "14_trends#private",
        lambda n: n.less < 0 < n.more and n.private < 0.8 * n.plain,
        private=stored_at("privacy", "EASE", "1", "seeds"),
        popularity=stored_at("privacy", "baselines", "popularity", "test"),
        plain=stored_at("privacy", "baselines", "EASE", "test"),
        less=stored_at("privacy", "EASE", "1", "less popularity", 0),
        more=stored_at("privacy", "EASE", "1", "less popularity", 1),
    ),
    _row(
        "8.2",
        (
            "Recommenders need data of high quality, and real data are noisy and incomplete.",
            "推荐系统依赖高质量数据，而现实数据有噪声和缺失。",
        ),
        _CONDITION,
        (
            "Some noise costs little, and is seen: with two people in one account EASE goes from {clean:.3f} to {some:.3f} at three wrong rows for ten right ones, and to {many:.3f} at as many wrong as right, where losing as many rows leaves {lost:.3f}.",
            "噪声不多时损失不大，但已经看得出：两个人共用账号，每十条正确数据有三条错误时，EASE 从 {clean:.3f} 降到 {some:.3f}；错误与正确一样多时降到 {many:.3f}，而只丢掉相应多的数据是 {lost:.3f}。",
        ),
        "14_trends#quality",
        lambda n: n.some > 0.85 * n.clean and n.high < 0 and n.many < n.lost,
        clean=stored_at("noise", "films", "clean", "EASE", "ndcg"),
        some=stored_at("noise", "films", "cost", "accounts mixed", "0.3", "EASE", "ndcg"),
        high=stored_at("noise", "films", "cost", "accounts mixed", "0.3", "EASE", "less clean", 1),
        many=stored_at("noise", "films", "cost", "accounts mixed", "1", "EASE", "ndcg"),
        lost=stored_at("noise", "films", "cost", "rows lost", "1", "EASE", "ndcg"),
    ),
    _row(
        "8.2",
        (
            "Pretrained models are complex and need much computing.",
            "预训练模型复杂，训练和推理需要大量计算资源。",
        ),
        _CONDITION,
        (
            "Their pretraining was not run here. Using them ran on a laptop's cores: MiniLM reads {minilm:.0f} titles a second on one of them. Static vectors read {static:,.0f}, and rank new films at {static_new:.3f} to MiniLM's {new:.3f}.",
            "预训练本身没有在这里做。使用它们，这里是在笔记本电脑的处理器上运行的：单核每秒 MiniLM 处理 {minilm:.0f} 个片名。静态词向量处理 {static:,.0f} 个，新电影上为 {static_new:.3f}，MiniLM 为 {new:.3f}。",
        ),
        "14_trends#size",
        lambda n: n.static > 20 * n.minilm and n.static_new < n.new,
        minilm=stored_at("features", "encoders", "MiniLM", "titles_a_second"),
        static=stored_at("features", "encoders", "static", "titles_a_second"),
        static_new=stored_at("features", "encoders", "static", "hidden"),
        new=stored_at("features", "encoders", "MiniLM", "hidden"),
    ),
    _row(
        "8.2",
        (
            "Metrics hardly cover what makes a recommendation good.",
            "评估指标难以全面衡量推荐的质量。",
        ),
        _CONDITION,
        (
            "Nobody was asked what is good. What is shown is that metrics disagree: random lists cover {coverage:.0%} of the films, EASE {ease:.0%}, with an NDCG@10 of {ndcg:.3f} to {ease_ndcg:.3f}.",
            "什么算好，没有问过任何人。能说明的是指标互相矛盾：随机列表覆盖 {coverage:.0%} 的电影，EASE 覆盖 {ease:.0%}，NDCG@10 则分别为 {ndcg:.3f} 和 {ease_ndcg:.3f}。",
        ),
        "14_trends#measures",
        lambda n: n.coverage > n.ease and n.ndcg < n.ease_ndcg,
        coverage=stored_at("deceptions", "films", "beyond", "random", "coverage"),
        ease=stored_at("deceptions", "films", "beyond", "EASE", "coverage"),
        ndcg=stored_at("deceptions", "films", "beyond", "random", "ndcg@10"),
        ease_ndcg=stored_at("deceptions", "films", "beyond", "EASE", "ndcg@10"),
    ),
    _row(
        "9.1",
        (
            "Choose by task, data and means.",
            "按任务需求、数据特点和计算资源选择。",
        ),
        _HOLDS,
        (
            "Language decides first (Chinese titles found: {several:.0%} by the small multilingual encoder, {english:.0%} by MiniLM), then what a text may cost: static vectors read {static:.0f} titles in a millisecond, MiniLM {minilm:.1f}.",
            "先看语言（找到的中文片名：小的多语言编码器 {several:.0%}，MiniLM {english:.0%}），再看一条文本能花多少时间：一毫秒里静态词向量处理 {static:.0f} 个片名，MiniLM 处理 {minilm:.1f} 个。",
        ),
        "11_applications#films",
        lambda n: n.several > n.english and n.static > 10 * n.minilm,
        several=stored_at("languages", "titles", "multilingual", "hits"),
        english=stored_at("languages", "titles", "MiniLM", "hits"),
        static=stored_at("features", "encoders", "static", "titles_a_second", times=1e-3),
        minilm=stored_at("features", "encoders", "MiniLM", "titles_a_second", times=1e-3),
    ),
    _row(
        "9.1",
        (
            "For recommending by text take BERT or GPT.",
            "文本推荐可选 BERT 或 GPT。",
        ),
        _CONDITION,
        (
            "As readers of titles they are level (new films: MiniLM {bert:.3f}, a language model {gpt:.3f}); the first has about a sixth of the weights, and asking the second for films lost to popularity.",
            "读片名时两者相当（新电影：MiniLM {bert:.3f}，语言模型 {gpt:.3f}）；前者的参数约为后者的六分之一，而直接请后者推荐电影，不如流行度。",
        ),
        "16_generative#vectors",
        lambda n: n.low < 0 < n.high,
        bert=stored_at("language_model", "hidden", "ndcg", "MiniLM"),
        gpt=stored_at("language_model", "hidden", "ndcg", "language model"),
        low=stored_at("language_model", "hidden", "MiniLM less language model", 0),
        high=stored_at("language_model", "hidden", "MiniLM less language model", 1),
    ),
    _row(
        "9.1",
        (
            "For images take a Vision Transformer.",
            "图像推荐可选 Vision Transformer。",
        ),
        _CONDITION,
        (
            "On drawn posters a small one reads the genre that a linear model on pixels cannot; for real pictures no open log was found.",
            "在程序绘制的海报上，小的 Vision Transformer 能认出类型，直接对像素做线性模型则不能；真实图片没有找到开放的日志。",
        ),
        "05_features#images",
    ),
    _row(
        "9.2",
        (
            "Accuracy is a usual metric.",
            "常用的指标包括准确率。",
        ),
        _NOT_HERE,
        (
            "Of lists it says nothing: a system that shows no film at all is right about nearly every film. Where 准确率 means precision, it is one.",
            "对列表它说明不了什么：一部电影也不推荐的系统，几乎对每部电影都判断正确。如果“准确率”指的是精确率，那就是一个指标。",
        ),
        "09_evaluation",
    ),
    _row(
        "9.2",
        (
            "Recall and NDCG are usual metrics.",
            "常用的指标包括召回率和 NDCG。",
        ),
        _CONDITION,
        (
            "Under one protocol they order models nearly alike (chapter 14, Kendall's τ), and mean nothing without it: one EASE is reported as {full:.3f} on all films and as {fifth:.3f} by another usual way.",
            "在同一评估方案下，它们给模型排出的顺序几乎一致（第 14 章，Kendall τ）；离开评估方案就没有意义：同一个 EASE，全量排序为 {full:.3f}，换另一种常见做法就成了 {fifth:.3f}。",
        ),
        "09_evaluation#papers",
        lambda n: n.fifth > 3 * n.full,
        full=stored_at("deceptions", "films", "as it is", "EASE", "ndcg@10"),
        fifth=stored_at("deceptions", "films", "a fifth", "EASE"),
    ),
    _row(
        "9.3",
        (
            "User profiles help with cold start.",
            "利用用户画像可解决冷启动。",
        ),
        _CONDITION,
        (
            "They help a little: in the shop demographics reach {profile:.3f} and popularity {popularity:.3f}, and part of the gain is that there is a profile at all.",
            "有一点帮助：在商店里，人口信息达到 {profile:.3f}，流行度为 {popularity:.3f}；其中一部分只是因为留下了画像。",
        ),
        "10_cold_start#profile",
        lambda n: n.popularity < n.told < n.profile,
        profile=stored_at("new_products", "demographics", "ndcg", "profile"),
        popularity=stored_at("new_products", "demographics", "ndcg", "popularity"),
        told=stored_at("new_products", "demographics", "ndcg", "popularity among those who told"),
    ),
    _row(
        "9.3",
        (
            "Content-based recommendation helps with cold start.",
            "基于内容的推荐可解决冷启动。",
        ),
        _HOLDS,
        (
            "New films: title, year and genres reach {content:.3f}, a random order {random:.3f}. Goods that a shop launched later: labels reach {labels:.3f}, a random order {order:.3f}; brand and size, which help products hidden by lot, do harm there.",
            "新电影：片名、年份和类型达到 {content:.3f}，随机顺序为 {random:.3f}。商店后来上架的商品：标签达到 {labels:.3f}，随机顺序为 {order:.3f}；品牌和规格对随机隐藏的商品有用，在这里反而有害。",
        ),
        "10_cold_start#targets",
        lambda n: (
            n.content > 4 * n.random
            and n.labels > 2 * n.order
            and n.lot_brand > n.lot_labels
            and n.brand < 0.9 * n.labels
        ),
        content=stored_at("cold_controls", "targets", "near", "ndcg"),
        random=stored_at("towers", "hidden", "random"),
        labels=stored_at("applications", "truly new", "models", "labels", "ndcg"),
        order=stored_at("applications", "truly new", "models", "random order", "ndcg"),
        brand=stored_at("applications", "truly new", "models", "labels, brand, size", "ndcg"),
        lot_labels=stored_at("new_products", "random", "models", "labels", "ndcg"),
        lot_brand=stored_at("new_products", "random", "models", "labels, brand, size", "ndcg"),
    ),
    _row(
        "9.3",
        (
            "Experts' recommendations help with cold start.",
            "专家推荐可解决冷启动。",
        ),
        _UNTESTED,
        (
            "No expert was asked. Thirty users chosen by rule do better than popularity as critics, and no better than all busy users together.",
            "没有请过专家。按规则挑出三十位用户充当影评人，他们的列表好于流行度，但不好于全体活跃用户。",
        ),
        "10_cold_start#experts",
    ),
)
"""Every assertion of the reference text, in its order."""


def counts() -> pd.DataFrame:
    """How many assertions of each section got each verdict: a row a section, and one for all."""
    found = Counter((row.section, row.verdict) for row in ASSERTIONS)
    rows = [
        (f"§{number} {title}", *(found[number, verdict] for verdict in Verdict)) for number, title in SECTIONS.items()
    ]
    total = (plots.name("all sections"), *(sum(found[number, verdict] for number in SECTIONS) for verdict in Verdict))
    return pd.DataFrame([*rows, total], columns=["section of the text", *(verdict.value for verdict in Verdict)])


def show_assertions() -> None:
    """The count of verdicts, then a part for each section that opens to its table."""
    plots.table(counts())
    html.show("".join(_section_html(number) for number in SECTIONS), "\n".join(_line(row) for row in ASSERTIONS))


def _section_html(number: str) -> str:
    rows = [row for row in ASSERTIONS if row.section == number]
    heads = "".join(
        f'<th scope="col">{plots.name(head)}</th>'
        for head in ("what the text says", "verdict", "what was found", "where it stands")
    )
    body = "".join(_row_html(row) for row in rows)
    n = len(rows)
    title = phrase(en=f"§{number} {SECTIONS[number]}: {n} assertions", zh=f"§{number} {SECTIONS[number]}：{n} 条")
    return folded(title, f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>")


def _row_html(row: Assertion) -> str:
    left = 'style="text-align: left"'
    said = f'<th scope="row" {left}>{html.rich(str(row.says))}</th>'
    cells = (f"<b>{plots.name(row.verdict.value)}</b>", html.rich(row.why.said()), link(row.where))
    return f"<tr>{said}{''.join(f'<td {left}>{cell}</td>' for cell in cells)}</tr>"


def _line(row: Assertion) -> str:
    return f"§{row.section} {row.says} [{plots.name(row.verdict.value)}] {row.why.said()}"
