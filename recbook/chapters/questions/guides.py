"""Three guides of chapter 15 over stored results: which encoder, which metric, which start.

Each leaf rests on a result of the course. When a result is measured anew and falls on the other side, the advice turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from recbook.chapters.questions.trees import Advice, Fork, Guide, Leaf, Numbers, Proof, Question
from recbook.evaluation import bootstrap
from recbook.learning.content import Text
from recbook.results import stored


def which_encoder(task: str, language: str, budget: str) -> Advice:
    """Which model should read texts.

    task      "known items" (a log of them exists), "new items", "search" or "news"
    language  "en" or "zh": in which people ask, or in which the texts are written
    budget    "small": one processor core, up to 100 MB, a few milliseconds a text; "large": more than that. It changes
              the advice for new items only, where larger models were measured.

    Raises ValueError for anything else, with what is known.
    """
    return ENCODER.ask(task, language, budget)


def which_metric(question: str) -> Advice:
    """How to measure what you want to know.

    question  "comes back" (the same things again), "discovery" (what is new to a person), "candidates" (rank all items,
              or some drawn ones), "difference" (is one model better), "variety" (wide and surprising lists) or "pause"
              (a log that was made in one sitting)

    Raises ValueError for anything else, with what is known.
    """
    return METRIC.ask(question)


def which_start(users: str, items: str, text: str) -> Advice:
    """What to begin with where little is known.

    users  "known" (each has a history) or "new"; among new items both are advised alike
    items  "known" (a log of them exists) or "new"
    text   "none", "title" (free words alone) or "labels" (author, kind: fields that many items share)

    Raises ValueError for anything else, with what is known.
    """
    return START.ask(users, items, text)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _above(one: Sequence[float], other: Sequence[float]) -> dict[str, float]:
    """The ends of the interval of a paired difference."""
    low, high = bootstrap(np.array(one, float) - np.array(other, float))
    return {"low": low, "high": high}


# Which encoder


def _depths() -> Numbers:
    kept = stored("features")["results"]
    runs = [depth["warm"]["warm"] for depth in kept["tuning"].values()]
    return {
        "best": max(run["ndcg"] for run in runs), "popularity": kept["controls"]["popularity"]["warm"]["ndcg"],
        "ease": kept["controls"]["EASE"]["warm"]["ndcg"], "high": max(run["minus EASE"][1] for run in runs),
    }  # fmt: skip


def _sizes(reader: str, other: str) -> Callable[[], Numbers]:
    """Levels of encoders among new films, the interval of the reader less the other one, and the sets that it won."""

    def measured() -> Numbers:
        kept = {name: size["hidden"] for name, size in stored("multimodal")["results"]["sizes"].items()}
        levels = {name.lower(): kept[name]["ndcg"] for name in ("multilingual", "MiniLM", "SmolLM2")}
        won = sum(one > another for one, another in zip(kept[reader]["sets"], kept[other]["sets"], strict=True))
        return levels | {"won": won} | _above(kept[reader]["per_user"], kept[other]["per_user"])

    return measured


def _larger_for_chinese() -> Numbers:
    e5 = stored("features")["results"]["multilingual"]["chinese"]["hits"]
    universal = stored("languages")["results"]["titles"]["multilingual"]["hits"]
    return {"e5": sum(e5), "universal": sum(universal), "asked": len(e5)} | _above(e5, universal)


def _chinese_titles() -> Numbers:
    kept = stored("languages")["results"]["titles"]
    hits = {name: kept[name]["hits"] for name in ("multilingual", "MiniLM")}
    counted = {"universal": sum(hits["multilingual"]), "minilm": sum(hits["MiniLM"]), "asked": len(hits["MiniLM"])}
    return counted | _above(hits["multilingual"], hits["MiniLM"])


def _search(lang: str, reader: str, others: Sequence[str]) -> Callable[[], Numbers]:
    """The reader's level in a search, the others', and the least that it is certainly ahead of one of them."""

    def measured() -> Numbers:
        kept = stored("languages")["results"]["search"][lang]
        lead = min(kept[reader]["less"][other][0] for other in others)
        return {name.lower(): kept[name]["mean"] for name in (reader, *others)} | {"lead": lead}

    return measured


def _english_search() -> Numbers:
    kept = stored("languages")["results"]["search"]["en"]
    low, high = kept["MiniLM"]["less"]["multilingual"]
    return {"minilm": kept["MiniLM"]["mean"], "multilingual": kept["multilingual"]["mean"], "low": low, "high": high}


def _news(lang: str, reader: str, others: Sequence[str]) -> Callable[[], Numbers]:
    """Clicks of lists with the reader's profile and without, and the least that it is certainly ahead."""

    def measured() -> Numbers:
        kept = stored("languages")["results"]["news"][lang]["clicks"]
        lead = min(kept[reader]["less"][other][0] for other in others)
        return {name.lower(): kept[name]["mean"] for name in (reader, *others)} | {"lead": lead}

    return measured


def _leads(numbers: Numbers) -> bool:
    return numbers["lead"] > 0


KNOWN_ITEMS = Leaf(
    Proof(
        "05_features", Text("Two aims, each with its own settings", "两个目标，分别选超参数"), "two-aims-each-with-its-own-settings",
        Text("On films with ratings the best encoder trained on titles reaches an NDCG@10 of {best:.3f}, popularity {popularity:.3f}, EASE {ease:.3f}.",
             "在已有评分的电影上，用片名微调的编码器，最好的 NDCG@10 为 {best:.3f}，流行度为 {popularity:.3f}，EASE 为 {ease:.3f}。"),
        _depths, lambda found: found["high"] < 0,
    ),
    Text("None. Fit EASE or item-kNN on the log; add text only for items without ratings.",
         "不用编码器。在日志上拟合 EASE 或 item-kNN；只有还没有评分的物品才需要文本。"),
    Text("Tune a sentence encoder on your log, and keep EASE beside it: it is no longer behind.",
         "在你的日志上微调句子编码器，同时保留 EASE 作对照：编码器已不再落后。"),
    (Text("no encoder: EASE", "不用编码器：EASE"), Text("a tuned encoder", "微调的编码器")),
)  # fmt: skip

NEW_ITEMS_EN = Leaf(
    Proof(
        "14_trends", Text("How large must a model be?", "模型要多大？"), "size",
        Text("Among new films the multilingual encoder reaches an NDCG@10 of {multilingual:.3f}, MiniLM, three times its size, {minilm:.3f} (difference over users {low:+.3f} to {high:+.3f}; ahead on {won} of the five sets).",
             "给新电影排序，多语言编码器的 NDCG@10 为 {multilingual:.3f}，三倍大的 MiniLM 为 {minilm:.3f}（按用户的差异区间 {low:+.3f} 到 {high:+.3f}；五组里有 {won} 组领先）。"),
        _sizes("multilingual", "MiniLM"), lambda found: found["low"] > 0,
    ),
    Text("The multilingual encoder (Universal Sentence Encoder, 30 MB, NumPy alone), for English, too, with counted words and MiniLM beside it: among books words were ahead of MiniLM, among groceries launched later level with it (the multilingual encoder was not tried on either). Write year, kind and maker into the text first.",
         "英文也用多语言编码器（Universal Sentence Encoder，30 MB，只需 NumPy），旁边放上词计数和 MiniLM：在图书上词计数领先于 MiniLM，在后来上架的食品杂货上两者差异不显著（多语言编码器在这两处没有试过）。先把年份、类型、作者写进文本。"),
    Text("MiniLM, if memory is short with 8 bits a weight (23 MB): the multilingual encoder is not ahead. Write year, kind and maker into the text first.",
         "用 MiniLM，内存紧张就用每个权重 8 位的版本（23 MB）：多语言编码器并不领先。先把年份、类型、作者写进文本。"),
    (Text("multilingual encoder", "多语言编码器"), Text("MiniLM", "MiniLM")),
)  # fmt: skip

LARGE_EN = Leaf(
    Proof(
        "14_trends", Text("How large must a model be?", "模型要多大？"), "size",
        Text("Among new films the language model, the largest, reaches an NDCG@10 of {smollm2:.3f}, the small multilingual encoder {multilingual:.3f} (difference {low:+.3f} to {high:+.3f}).",
             "给新电影排序，最大的语言模型的 NDCG@10 为 {smollm2:.3f}，小的多语言编码器为 {multilingual:.3f}（差异区间 {low:+.3f} 到 {high:+.3f}）。"),
        _sizes("SmolLM2", "multilingual"), lambda found: found["low"] <= 0,
    ),
    Text("The small multilingual encoder all the same. The largest model that we could measure is not ahead. Spend the budget on better texts, and test a larger one on your own data.",
         "还是用小的多语言编码器。我们能测的最大的模型并不领先。把预算花在更好的文本上；更大的模型，要在自己的数据上试。"),
    Text("The states of a language model, from a layer chosen on validation: it leads the small encoders.",
         "用语言模型的中间状态，层在验证集上选：它领先于小编码器。"),
    (Text("the small one all the same", "仍用小的"), Text("a language model", "语言模型")),
)  # fmt: skip

SEARCH_EN = Leaf(
    Proof(
        "11_applications", Text("A search", "搜索"), "search",
        Text("On 66 English queries MiniLM has an NDCG@10 of {minilm:.2f}, the multilingual encoder, a third of its size, {multilingual:.2f} (difference {low:+.2f} to {high:+.2f}).",
             "在 66 条英文查询上，MiniLM 的 NDCG@10 为 {minilm:.2f}，只有三分之一大的多语言编码器为 {multilingual:.2f}（差异区间 {low:+.2f} 到 {high:+.2f}）。"),
        _english_search, lambda found: found["low"] <= 0,
    ),
    Text("The multilingual encoder (Universal Sentence Encoder, 30 MB, NumPy alone), for English, too: MiniLM's mean is higher, but not significantly, and it costs more. Keep MiniLM beside it if you can pay for it, and a search by words for names and numbers.",
         "英文也用多语言编码器（Universal Sentence Encoder，30 MB，只需 NumPy）：MiniLM 均值略高，差异不显著，而且更费时。条件允许就把 MiniLM 放在旁边比较；另留一个按词的搜索，用来查名称和编号。"),
    Text("MiniLM, with a search by words beside it for names and numbers: it is ahead of the multilingual encoder.",
         "用 MiniLM：它领先于多语言编码器。旁边留一个按词的搜索，用来查名称和编号。"),
    (Text("multilingual encoder", "多语言编码器"), Text("MiniLM", "MiniLM")),
)  # fmt: skip

SEARCH_ZH = Leaf(
    Proof(
        "11_applications", Text("A search", "搜索"), "search",
        Text("Asked in Chinese for products named in English, the multilingual encoder has an NDCG@10 of {multilingual:.2f}, MiniLM {minilm:.2f}, words {words:.2f}.",
             "用中文查询英文名称的商品，多语言编码器的 NDCG@10 为 {multilingual:.2f}，MiniLM 为 {minilm:.2f}，词为 {words:.2f}。"),
        _search("zh", "multilingual", ("MiniLM", "words")), _leads,
    ),
    Text("The multilingual encoder (Universal Sentence Encoder, 30 MB, NumPy alone). Give it small letters, never capitals.",
         "用多语言编码器（Universal Sentence Encoder，30 MB，只需 NumPy）。英文文本先改成小写。"),
    Text("Translate the query, or the catalogue, and search by words: the multilingual encoder is not ahead.",
         "先翻译查询或目录，再按词搜索：多语言编码器并不领先。"),
    (Text("multilingual encoder", "多语言编码器"), Text("translate, then words", "翻译后按词搜索")),
)  # fmt: skip

NEWS_EN = Leaf(
    Proof(
        "15_questions", Text("Which encoder?", "用哪个编码器？"), "encoder",
        Text("In an invented press a list is worth {static:.3f} clicks with a profile of static vectors, {multilingual:.3f} with one of the multilingual encoder, {words:.3f} with one of counted words, {fresh:.3f} with none.",
             "在虚构的报社里，用静态词向量做画像，每张列表平均得 {static:.3f} 次点击，用多语言编码器为 {multilingual:.3f}，用词计数为 {words:.3f}，没有画像为 {fresh:.3f}。"),
        _news("en", "static", ("multilingual", "MiniLM", "words", "fresh")), _leads,
    ),
    Text("Freshness first, then a profile of what was clicked in static vectors: the mean of a table of tokens, with no layer to run. It was tried on an invented press alone: put counted words and the multilingual encoder beside it, which headlines of many hands may need.",
         "先看新鲜度，再加上用静态词向量做的点击画像：一张词元表取平均，一层也不用跑。这只在虚构的报社里试过：旁边放上词计数和多语言编码器，真实的标题出自许多人之手，也许需要它。"),
    Text("Freshness first, then a profile of what was clicked in vectors of the multilingual encoder: static vectors are not ahead.",
         "先看新鲜度，再加上用多语言编码器的向量做的点击画像：静态词向量并不领先。"),
    (Text("fresh + static vectors", "新鲜度＋静态词向量"), Text("fresh + multilingual", "新鲜度＋多语言编码器")),
)  # fmt: skip

NEWS_ZH = Leaf(
    Proof(
        "15_questions", Text("Which encoder?", "用哪个编码器？"), "encoder",
        Text("In an invented press with Chinese headlines a list is worth {multilingual:.3f} clicks with a profile of the multilingual encoder, {minilm:.3f} with MiniLM's, {words:.3f} with one of characters, {fresh:.3f} with none.",
             "在虚构的报社里读中文标题，用多语言编码器做画像，每张列表平均得 {multilingual:.3f} 次点击，MiniLM 的为 {minilm:.3f}，用字计数的为 {words:.3f}，没有画像为 {fresh:.3f}。"),
        _news("zh", "multilingual", ("MiniLM", "words", "fresh")), _leads,
    ),
    Text("Freshness first, then a profile of what was clicked, in vectors of the multilingual encoder (Universal Sentence Encoder, 30 MB, NumPy alone, no graphics card). Beside it a profile of counted characters, which costs no model and had over half of the gain. MiniLM reads no Chinese.",
         "先看新鲜度，再加上点击画像，向量用多语言编码器（Universal Sentence Encoder，30 MB，只需 NumPy，不用显卡）。旁边放上字计数的画像：它不需要模型，已有一半以上的收益。MiniLM 读不了中文。"),
    Text("Freshness first, then a profile of counted characters and pairs of them: it costs no model, and no encoder that we measured is ahead of it.",
         "先看新鲜度，再加上用单字和相邻两字计数做的画像：不需要模型，我们测过的编码器都没有领先于它。"),
    (Text("fresh + multilingual", "新鲜度＋多语言编码器"), Text("fresh + characters", "新鲜度＋字计数")),
)  # fmt: skip

NEW_ITEMS_ZH = Leaf(
    Proof(
        "11_applications", Text("Films", "电影"), "films",
        Text("Of {asked} films asked for by a Chinese title, the multilingual encoder finds {universal}, MiniLM {minilm}.",
             "用中文片名查 {asked} 部电影，多语言编码器找到 {universal} 部，MiniLM 找到 {minilm} 部。"),
        _chinese_titles, lambda found: found["low"] > 0,
    ),
    Text("The multilingual encoder (Universal Sentence Encoder, 30 MB, NumPy alone). It cannot know names that are not translations: write the maker and kind beside them.",
         "用多语言编码器（Universal Sentence Encoder，30 MB，只需 NumPy）。不是直译的名字它认不出：把作者和类型写在旁边。"),
    Text("MiniLM on translated texts: the multilingual encoder is not ahead.",
         "把文本译成英文再用 MiniLM：多语言编码器并不领先。"),
    (Text("multilingual encoder", "多语言编码器"), Text("translate, then MiniLM", "翻译后用 MiniLM")),
)  # fmt: skip

LARGE_ZH = Leaf(
    Proof(
        "11_applications", Text("Films", "电影"), "films",
        Text("Of {asked} films asked for by a Chinese title, multilingual E5 (12 layers) finds {e5}, the small multilingual encoder {universal} (difference {low:+.2f} to {high:+.2f}).",
             "用中文片名查 {asked} 部电影，多语言 E5（12 层）找到 {e5} 部，小的多语言编码器找到 {universal} 部（差异区间 {low:+.2f} 到 {high:+.2f}）。"),
        _larger_for_chinese, lambda found: found["low"] <= 0,
    ),
    Text("Begin with the small multilingual encoder all the same: the larger multilingual one that we could measure, at 4 bits a weight, is not ahead. Test a larger one on your own texts.",
         "还是先用小的多语言编码器：我们能测的更大的多语言模型（每个权重 4 位）并不领先。更大的，要在自己的文本上试。"),
    Text("A multilingual transformer such as multilingual E5: it finds more than the small multilingual encoder.",
         "用多语言 E5 这样的多语言 Transformer：它找到的比小的多语言编码器多。"),
    (Text("the small one all the same", "仍用小的"), Text("multilingual E5", "多语言 E5")),
)  # fmt: skip

TASK = Question(
    "task", Text("task", "任务"), Text("what is it for?", "做什么？"),
    {"known items": Text("items with a log", "已有日志的物品"), "new items": Text("new items", "新物品"),
     "search": Text("a search", "搜索"), "news": Text("news", "新闻")},
)  # fmt: skip
LANGUAGE = Question(
    "language", Text("language", "语言"), Text("in which language?", "什么语言？"),
    {"en": Text("English", "英文"), "zh": Text("Chinese", "中文")},
)  # fmt: skip
BUDGET = Question(
    "budget", Text("budget", "预算"), Text("how much may it cost?", "预算多大？"),
    {"small": Text("small: one core", "小：一个核心"), "large": Text("large", "大")},
)  # fmt: skip


ENCODER = Guide(
    "encoder", Text("Which encoder?", "用哪个编码器？"), (TASK, LANGUAGE, BUDGET),
    Fork(TASK, {
        ("known items",): KNOWN_ITEMS,
        ("new items",): Fork(LANGUAGE, {
            ("en",): Fork(BUDGET, {("small",): NEW_ITEMS_EN, ("large",): LARGE_EN}),
            ("zh",): Fork(BUDGET, {("small",): NEW_ITEMS_ZH, ("large",): LARGE_ZH}),
        }),
        ("search",): Fork(LANGUAGE, {("en",): SEARCH_EN, ("zh",): SEARCH_ZH}),
        ("news",): Fork(LANGUAGE, {("en",): NEWS_EN, ("zh",): NEWS_ZH}),
    }),
)  # fmt: skip


# Which metric


def _comes_back() -> Numbers:
    kept = stored("applications")["results"]["test"]
    basket, new = kept["next"], kept["discovery"]
    behind, ahead = basket["EASE"]["less"]["own frequency"], new["EASE"]["less"]["popularity, last weeks"]
    return {"own": basket["own frequency"]["ndcg"], "ease_basket": basket["EASE"]["ndcg"],
            "ease_new": new["EASE"]["ndcg"], "weeks": new["popularity, last weeks"]["ndcg"],
            "basket_high": behind["interval"][1], "new_low": ahead["interval"][0]}  # fmt: skip


def _discovery() -> Numbers:
    kept = stored("applications")["results"]["test"]["discovery"]
    low, high = kept["popularity"]["less"]["popularity, last weeks"]["interval"]
    return {"year": kept["popularity"]["ndcg"], "weeks": kept["popularity, last weeks"]["ndcg"],
            "ease": kept["EASE"]["ndcg"], "low": low, "high": high}  # fmt: skip


def _candidates() -> Numbers:
    swaps = stored("deceptions")["results"]["shop"]["sampled"]["swaps"]
    full, drawn = swaps["item-kNN / EASE, last three films, hit@10"]
    return {"ahead_low": -full[1], "ahead_high": -full[0], "behind_low": drawn[0], "behind_high": drawn[1]}


def _difference() -> Numbers:
    kept = stored("deceptions")["results"]["films"]["chance"]["pairs"]["EASE − item-kNN"]
    return {"low": kept["interval"][0], "high": kept["interval"][1],
            "apart_low": kept["unpaired"][0], "apart_high": kept["unpaired"][1]}  # fmt: skip


LISTS = ("coverage", "novelty", "diversity")


def _variety() -> Numbers:
    kept = stored("measures")["results"]["films"]
    first = sum(max(kept, key=lambda name: kept[name]["lists"][part]) == "random" for part in LISTS)
    best = max(kept, key=lambda name: kept[name]["mean"]["ndcg@10"])
    return {"first": first, "compared": len(kept), "ndcg": kept["random"]["mean"]["ndcg@10"], "best": kept[best]["mean"]["ndcg@10"],
            "coverage": kept["random"]["lists"]["coverage"]}  # fmt: skip


def _pause() -> Numbers:
    kept = stored("page_order")["results"]["films"]["by delay"]["minus"]["popularity"]["item-kNN"]
    soon, later = kept["a minute"]["interval"], kept["later"]["interval"]
    return {"soon_low": soon[0], "soon_high": soon[1], "behind_low": -later[1], "behind_high": -later[0],
            "people": kept["later"]["n"]}  # fmt: skip


COMES_BACK = Leaf(
    Proof(
        "11_applications", Text("Two tasks, two winners", "两个任务，两个赢家"), "tasks",
        Text("On the next basket of a shop own frequency has an NDCG@10 of {own:.3f}, EASE without counts {ease_basket:.3f}; on what is new EASE has {ease_new:.3f}, the bestsellers of the last weeks {weeks:.3f}.",
             "在商店的下一篮上，个人频率的 NDCG@10 为 {own:.3f}，不看次数的 EASE 为 {ease_basket:.3f}；在没买过的商品上，EASE 为 {ease_new:.3f}，最近几周的畅销榜为 {weeks:.3f}。"),
        _comes_back, lambda found: found["basket_high"] < 0 < found["new_low"],
    ),
    Text("Two numbers, told apart: NDCG@10 of the next basket with repeats kept (nothing masked), and NDCG@10 of what a person never had (history masked). A model may lose one and win the other; weigh the two by the share of repeats in your baskets, and put own frequency beside every model.",
         "分成两个数：下一篮的 NDCG@10，保留复购，不屏蔽历史；以及没买过的商品的 NDCG@10，屏蔽历史。一个模型可能一项落后、一项领先：按你的商店里复购所占的比例给两个数加权，并让每个模型都与个人频率比较。"),
    Text("One number will do: NDCG@10 of the next basket with repeats kept ranks the models as the one of new items does.",
         "一个数就够：保留复购的下一篮 NDCG@10 与只看新商品的排名一致。"),
    (Text("two: again, and new", "两个数：复购与新品"), Text("one: the next basket", "一个数：下一篮")),
)  # fmt: skip

DISCOVERY = Leaf(
    Proof(
        "11_applications", Text("Two tasks, two winners", "两个任务，两个赢家"), "tasks",
        Text("On what a household never had, popularity of the year has an NDCG@10 of {year:.3f}, that of the last four weeks {weeks:.3f}, EASE {ease:.3f}.",
             "对家庭没买过的商品，全年流行度的 NDCG@10 为 {year:.3f}，最近四周的为 {weeks:.3f}，EASE 为 {ease:.3f}。"),
        _discovery, lambda found: found["high"] < 0,
    ),
    Text("NDCG@10 of what the person never had, with the history masked, split in time; subtract the popularity of the last weeks, for that of the whole log is a straw man.",
         "屏蔽历史，按时间划分，看此前没接触过的物品的 NDCG@10；对照要用最近几周的流行度，全部时间的流行度是太容易胜过的对照。"),
    Text("NDCG@10 of what the person never had, with the history masked; popularity of the whole log is a fair opponent.",
         "屏蔽历史，看此前没接触过的物品的 NDCG@10；用全部日志的流行度作对照就可以。"),
    (Text("new items, less last weeks", "没买过的，与最近几周比"), Text("new items, less popularity", "没买过的，与流行度比")),
)  # fmt: skip

CANDIDATES = Leaf(
    Proof(
        "09_evaluation", Text("A hundred rivals: sampled negatives", "只有一百个对手：采样的负样本"), "a-hundred-rivals-sampled-negatives",
        Text("In the shop EASE with the last three products leads item-kNN in Hit@10 by {ahead_low:.3f} to {ahead_high:.3f} among all products, and is {behind_low:.3f} to {behind_high:.3f} behind it among 100 drawn ones.",
             "在商店的全部商品中排序，EASE（最近三件）的 Hit@10 比 item-kNN 高 {ahead_low:.3f} 到 {ahead_high:.3f}；只与抽到的 100 件一起排，反而低 {behind_low:.3f} 到 {behind_high:.3f}。"),
        _candidates, lambda found: found["ahead_low"] > 0 and found["behind_low"] > 0,
    ),
    Text("Rank all items: a hundred drawn rivals can change which model is ahead, and a full ranking is one matrix product.",
         "对全部物品排序：只用一百个抽样对手，模型的高下可能颠倒；而全量排序不过是一次矩阵乘法。"),
    Text("Drawn candidates agree with the full ranking here; say in the report that they were drawn.",
         "这里采样候选与全量排序一致；报告里要写明是采样。"),
    (Text("rank all items", "全量排序"), Text("drawn rivals will do", "采样也可以")),
)  # fmt: skip

DIFFERENCE = Leaf(
    Proof(
        "09_evaluation", Text("How sure?", "有多大把握？"), "how-sure",
        Text("Paired by user, EASE leads item-kNN in NDCG@10 by {low:.3f} to {high:.3f}; taken as two groups, the difference is {apart_low:+.3f} to {apart_high:+.3f}.",
             "按用户配对，EASE 的 NDCG@10 比 item-kNN 高 {low:.3f} 到 {high:.3f}；当成两组人，差异是 {apart_low:+.3f} 到 {apart_high:+.3f}。"),
        _difference, lambda found: found["low"] > 0 > found["apart_low"],
    ),
    Text("Subtract user by user, then bootstrap the differences: the pairing shows what two separate intervals hide.",
         "逐个用户相减，再对差值做自助法：配对能看出两个单独的区间看不出的差异。"),
    Text("Two intervals side by side tell the same as the paired one here; keep the pairing, it costs nothing.",
         "这里两个单独的区间与配对的结论相同；配对不花代价，仍然保留。"),
    (Text("paired by user", "按用户配对"), Text("either interval", "两种区间都行")),
)  # fmt: skip

VARIETY = Leaf(
    Proof(
        "09_evaluation", Text("Beyond right and wrong", "对错之外"), "beyond",
        Text("A random order comes first in {first} of three (coverage, novelty, diversity) and has an NDCG@10 of {ndcg:.3f}; the best of the {compared} models compared has {best:.3f}.",
             "随机顺序在覆盖率、新颖性、多样性三项中有 {first} 项第一，NDCG@10 却只有 {ndcg:.3f}；所比较的 {compared} 个模型里最好的为 {best:.3f}。"),
        _variety, lambda found: found["first"] == len(LISTS) and found["ndcg"] < found["best"],
    ),
    Text("Coverage, novelty and diversity beside NDCG@10, never by themselves: a random order wins all three.",
         "覆盖率、新颖性和多样性要与 NDCG@10 一起看，不能单看：三项都是随机顺序最高。"),
    Text("Coverage, novelty or diversity: a random order no longer wins them all, so each says something by itself.",
         "看覆盖率、新颖性或多样性：随机顺序不再三项第一，每一项都有自己的含义。"),
    (Text("coverage … beside NDCG", "覆盖率等，与 NDCG 一起看"), Text("coverage … alone", "单看覆盖率等")),
)  # fmt: skip

PAUSE = Leaf(
    Proof(
        "09_evaluation", Text("Is it really the page?", "起作用的真是页面吗？"), "page",
        Text("Within a minute of the rating before, item-kNN leads popularity in NDCG@10 by {soon_low:.3f} to {soon_high:.3f}; over an hour later ({people} users) it is {behind_low:.3f} to {behind_high:.3f} behind it.",
             "与上一条评分相隔不到一分钟时，item-kNN 的 NDCG@10 比流行度高 {soon_low:.3f} 到 {soon_high:.3f}；隔了一小时以上（{people} 人），低 {behind_low:.3f} 到 {behind_high:.3f}。"),
        _pause, lambda found: min(found["soon_low"], found["behind_low"]) > 0,
    ),
    Text("NDCG@10 by the pause before the test event: who came back later is a group of its own, and another model leads there. Better still, split in time.",
         "按测试事件之前的间隔分别报告 NDCG@10：隔了很久才回来的人单独成组，那里领先的是另一个模型。更好的做法是按时间划分。"),
    Text("One NDCG@10: the pause before the test event does not change which model leads.",
         "一个 NDCG@10 就够：测试事件之前的间隔不改变谁领先。"),
    (Text("NDCG by pause", "按间隔分组的 NDCG"), Text("one NDCG", "一个 NDCG")),
)  # fmt: skip

ASKED = Question(
    "question", Text("question", "问题"), Text("what do you want to know?", "想知道什么？"),
    {"comes back": Text("will people take the same again?", "会再买同样的吗？"),
     "discovery": Text("what new things will they like?", "会喜欢什么新东西？"),
     "candidates": Text("rank all items, or drawn ones?", "全量还是采样？"),
     "difference": Text("is one model better?", "哪个模型更好？"),
     "variety": Text("are the lists wide?", "列表够不够丰富？"),
     "pause": Text("was it one sitting?", "评分是一口气打的吗？")},
)  # fmt: skip

METRIC = Guide(
    "metric", Text("Which metric?", "用哪个指标？"), (ASKED,),
    Fork(ASKED, {
        ("comes back",): COMES_BACK, ("discovery",): DISCOVERY, ("candidates",): CANDIDATES,
        ("difference",): DIFFERENCE, ("variety",): VARIETY, ("pause",): PAUSE,
    }),
)  # fmt: skip


# Which start


def _on_the_log() -> Numbers:
    kept = stored("sequences")["results"]["test"]
    levels = {"ease": _mean(kept["EASE"]["test"]), "popularity": _mean(kept["popularity"]["test"]),
              "recent": _mean(kept["EASE, last films"]["test"])}  # fmt: skip
    later = {
        name: model["later"] for name, model in stored("page_order")["results"]["films"]["by delay"]["models"].items()
    }
    levels |= {"ease_later": later["EASE"]["mean"], "popularity_later": later["popularity"]["mean"],
               "people": later["EASE"]["n"]}  # fmt: skip
    return levels | _above(kept["EASE"]["per_user"], kept["popularity"]["per_user"])


def _profile() -> Numbers:
    kept = stored("new_products")["results"]["demographics"]
    low, high = kept["profile_less"]["popularity among those who told"]
    return {"popularity": kept["ndcg"]["popularity among those who told"], "profile": kept["ndcg"]["profile"],
            "low": low, "high": high}  # fmt: skip


def _identities() -> Numbers:
    kept = stored("towers")["results"]["hidden"]
    return {name: _mean(kept[name]) for name in ("identity", "random", "text")}


def _books() -> tuple[Mapping[str, Any], dict[tuple[str, str], list[float]]]:
    kept = stored("books")["results"]["new"]
    apart = {(row["model"], row["less"]): row["interval"] for row in kept["differences"]}
    return {name: model["ndcg"] for name, model in kept["models"].items()}, apart


def _title_alone() -> Numbers:
    level, apart = _books()
    return {"minilm": level["MiniLM, title"], "words": level["words, title"],
            "random": level["random vector a book"], "high": apart["MiniLM, title", "words, title"][1]}  # fmt: skip


def _labels() -> Numbers:
    level, apart = _books()
    return {"author": level["author"], "publisher": level["author, publisher"],
            "minilm": level["MiniLM, title by author"], "low": apart["author", "MiniLM, title by author"][0]}  # fmt: skip


ON_THE_LOG = Leaf(
    Proof(
        "08_sequences", Text("All models on one table", "全部模型放在一张表里"), "all-models-on-one-table",
        Text("On films EASE reaches an NDCG@10 of {ease:.3f}, with the last films weighed most {recent:.3f}, popularity {popularity:.3f}.",
             "在电影上，EASE 的 NDCG@10 为 {ease:.3f}，近期加权后为 {recent:.3f}，流行度为 {popularity:.3f}。"),
        _on_the_log, lambda found: found["low"] > 0,
    ),
    Text("EASE on the log, fitted in a second; then the same with the last items weighed most. What is heavier must beat these two. Look apart at those who come back later: on films popularity has {popularity_later:.3f} there, EASE {ease_later:.3f} ({people} users). Where people take the same again, as in a shop, own frequency comes first.",
         "在日志上拟合 EASE，只要一秒；再试近期加权的 EASE。更重的模型要先胜过这两个。隔了较久才回来的用户要单独看：在电影上，那里流行度为 {popularity_later:.3f}，EASE 为 {ease_later:.3f}（{people} 人）。像商店那样会再买同样东西的地方，先用个人频率。"),
    Text("Popularity, until a model of the log is ahead of it on your data.",
         "先用流行度，直到有模型在你的数据上领先于它。"),
    (Text("EASE", "EASE"), Text("popularity", "流行度")),
)  # fmt: skip

NEW_PEOPLE = Leaf(
    Proof(
        "10_cold_start", Text("Profile: what people like you liked", "画像：与你相似的人喜欢什么"), "profile",
        Text("For new households the popularity among those who told of themselves has an NDCG@10 of {popularity:.3f}, the profile {profile:.3f} ({low:+.3f} to {high:+.3f} apart).",
             "对新家庭，填过画像的人中的流行度，NDCG@10 为 {popularity:.3f}，用画像为 {profile:.3f}（高 {low:.3f} 到 {high:.3f}）。"),
        _profile, lambda found: found["low"] > 0,
    ),
    Text("What sells now, moved a little by the profile where people give one; then blend in their history by how much of it there is.",
         "当前的流行度，填了画像的再略作调整；之后按历史的多少，逐步混入历史。"),
    Text("What sells now, and no question about the person: the profile adds nothing. Blend in their history by how much of it there is.",
         "当前的流行度，不必询问用户：画像没有帮助。之后按历史的多少，逐步混入历史。"),
    (Text("popularity + profile", "流行度＋画像"), Text("popularity", "流行度")),
)  # fmt: skip

NO_TEXT = Leaf(
    Proof(
        "07_pytorch", Text("Films that nobody has rated", "没有人评过的电影"), "new-films",
        Text("Among films that nobody has rated, a tower of identities reaches an NDCG@10 of {identity:.3f}, a random order {random:.3f}, a tower of texts {text:.3f}.",
             "给没人评过的电影排序，只有 ID 嵌入的塔 NDCG@10 为 {identity:.3f}，随机顺序为 {random:.3f}，读文本的塔为 {text:.3f}。"),
        _identities, lambda found: found["identity"] < found["random"] + 0.25 * (found["text"] - found["random"]),
    ),
    Text("No model: without a text it ranks new items like a random order. Show each a few times and count (chapter 10 compares ways to do so), and have a text written, for from then on there is something to read.",
         "不用模型：没有文本，模型给新物品排出的顺序与随机差不多。每个展示几次并计数（做法的比较见第 10 章）；同时请人写上文本，有了文本才有依据。"),
    Text("A tower of identities: it tells new items apart even without a text.",
         "用只有 ID 嵌入的塔：没有文本也能分辨新物品。"),
    (Text("show it and count", "展示并计数"), Text("identities", "ID 嵌入")),
)  # fmt: skip

TITLE_ALONE = Leaf(
    Proof(
        "11_applications", Text("Books: a catalogue that is nearly all tail", "图书：几乎全是长尾的目录"), "books",
        Text("Among new books the words of the title reach an NDCG@10 of {words:.3f}, MiniLM's vector of it {minilm:.3f}, a random vector {random:.3f}.",
             "给新书排序，书名里的词 NDCG@10 为 {words:.3f}，书名的 MiniLM 向量为 {minilm:.3f}，随机向量为 {random:.3f}。"),
        _title_alone, lambda found: found["high"] < 0,
    ),
    Text("Two ridge regressions to what people take, from the counted words of the title and from an encoder's vectors; keep what wins on hidden items, split by date if you can. Words led among books and were level among groceries launched later; the encoder led among films and where whole categories of groceries were hidden. For a new person take the mean over all people.",
         "拟合两个岭回归，预测每个人的选择：一个以标题的词计数为特征，一个以编码器的向量为特征；在隐藏物品上胜出的留下，能按日期划分就按日期划分。图书上词计数领先，后来上架的食品杂货上差异不显著；电影上，以及隐藏整个大类的食品杂货上，编码器领先。对新用户，取所有人的平均。"),
    Text("Ridge regression from an encoder's vectors of the title to what people take: counted words are no longer ahead among books either. For a new person take the mean over all people.",
         "以编码器的标题向量为特征，用岭回归预测每个人的选择：在图书上词计数也不再领先。对新用户，取所有人的平均。"),
    (Text("ridge on words, and on an encoder", "岭回归：词计数与编码器"), Text("ridge on an encoder", "岭回归：编码器")),
)  # fmt: skip

LABELS = Leaf(
    Proof(
        "11_applications", Text("Books: a catalogue that is nearly all tail", "图书：几乎全是长尾的目录"), "books",
        Text("Among new books the author alone reaches an NDCG@10 of {author:.3f}, author and publisher {publisher:.3f}, MiniLM's vector of title and author {minilm:.3f}.",
             "给新书排序，只用作者 NDCG@10 为 {author:.3f}，作者加出版社为 {publisher:.3f}，书名与作者的 MiniLM 向量为 {minilm:.3f}。"),
        _labels, lambda found: found["low"] > 0,
    ),
    Text("Ridge regression from the labels (author, publisher; kind) to what people take, one column a label; an author's first book has none, and leaves publisher and title. Add words, vectors, brand and size only if they win on items split by date: brand and size helped goods hidden by lot, and did harm to those launched later. For a new person take the mean over all people.",
         "以标签（作者、出版社；类别）为特征，每个标签一列，用岭回归预测每个人的选择；作者的第一本书没有作者列，只能靠出版社和书名。词计数、文本向量、品牌和规格，在按上架日期划分的物品上胜出才采用：品牌和规格对随机隐藏的商品有用，对后来上架的反而有害。对新用户，取所有人的平均。"),
    Text("Ridge regression from an encoder's vectors of title and labels: one column a label is no longer ahead. For a new person take the mean over all people.",
         "把书名和标签写成一段文本，以编码器的向量为特征做岭回归：每个标签一列已不再领先。对新用户，取所有人的平均。"),
    (Text("ridge on labels", "岭回归：标签"), Text("ridge on an encoder", "岭回归：编码器")),
)  # fmt: skip

USERS = Question(
    "users", Text("kind of users", "用户"), Text("does the person have a history?", "用户有历史吗？"),
    {"known": Text("with a history", "有历史"), "new": Text("new", "新用户")},
)  # fmt: skip
ITEMS = Question(
    "items", Text("kind of items", "物品"), Text("has the item a log?", "物品有日志吗？"),
    {"known": Text("with a log", "有日志"), "new": Text("new", "新物品")},
)  # fmt: skip
WRITTEN = Question(
    "text", Text("kind of text", "文本"), Text("what is written about it?", "有什么文本？"),
    {"none": Text("nothing", "没有文本"), "title": Text("a title", "只有标题"),
     "labels": Text("labels: author, kind", "标签：作者、类别")},
)  # fmt: skip

START = Guide(
    "start", Text("Which start?", "从什么起步？"), (USERS, ITEMS, WRITTEN),
    Fork(ITEMS, {
        ("known",): Fork(USERS, {("known",): ON_THE_LOG, ("new",): NEW_PEOPLE}),
        ("new",): Fork(WRITTEN, {("none",): NO_TEXT, ("title",): TITLE_ALONE, ("labels",): LABELS}),
    }),
)  # fmt: skip

GUIDES = {guide.name: guide for guide in (ENCODER, METRIC, START)}
