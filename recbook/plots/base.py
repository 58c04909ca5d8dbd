"""What every figure is made of: colours, names in the reader's language, alt text that reaches the page."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING, Any

from recbook.session import COLOURS, text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, SKY, RED, _, BLACK = COLOURS
GREY = "#999999"
CYCLE = (BLUE, RED, GREEN, ORANGE, PINK, SKY, BLACK)

# What the figures call the models and the kinds of features.
NAMES = {
    "popularity": ("popularity", "流行度"),
    "item-kNN": ("item-kNN", "item-kNN"),
    "EASE": ("EASE", "EASE"),
    "random": ("random order", "随机顺序"),
    "numbers": ("film number", "电影编号"),
    "words": ("word matching", "词匹配"),
    "titles": ("title vectors", "片名向量"),
    "genres": ("genres", "类型"),
    "titles + genres": ("title vectors + genres", "片名向量＋类型"),
    "co-rating": ("co-rating", "共同评分"),
    "skip-gram": ("skip-gram", "Skip-gram"),
    "history as one text": ("history as one text", "历史当作一段文字"),
    "mean of its titles": ("mean of its titles", "各片名向量的平均"),
    "films": ("films", "电影"),
    "films, “It” for the title": ("films, “It” for the title", "电影，片名换成 It"),
    "reviews, random weights": ("reviews, random weights", "评论，随机初始化"),
    "reviews, published weights": ("reviews, published weights", "评论，预训练权重"),
    "reviews, order of two sentences": ("reviews, order of two sentences", "评论，两句的顺序"),
    "pairs told right": ("pairs told right", "判对的句对"),
    "left neighbour": ("left neighbour", "左邻规则"),
    "frame": ("frame", "框架"),
    "genre": ("genre", "类型"),
    "year": ("year", "年份"),
    "title": ("title", "片名"),
    "hidden": ("at a [MASK]", "[MASK] 处"),
    "visible": ("at a right word", "原词处"),
    "wrong": ("at a wrong word", "换错处"),
    "keeps_wrong": ("wrong word kept", "照抄错词"),
    "mask only": ("[MASK] only", "只用 [MASK]"),
    "no random": ("no random word", "没有随机词"),
    "no kept": ("no kept word", "没有保留词"),
    "loss everywhere": ("scored everywhere", "处处计分"),
    "ours": ("ours", "我们"),
    "library": ("library", "库"),
    "asked": ("asked", "被提问"),
    "kept": ("kept", "保留"),
    "a random word": ("random", "随机"),
    "largest weight": ("largest weight", "最大权重"),
    "largest weight, divided": ("largest weight, divided", "最大权重（除后）"),
    "how bad reads: head": ("how “bad” reads: head", "bad 的注意力：头"),
    "numbers to learn": ("numbers to learn", "可学习的参数"),
    "µs a pair": ("µs a pair", "每对微秒"),
    "NumPy, alone": ("NumPy, a pair alone", "NumPy，单独一对"),
    "NumPy, batch of 256": ("NumPy, batch of 256", "NumPy，256 对一批"),
    "usual recipe": ("item2vec, usual recipe", "item2vec，常见做法"),
    "cosine": ("cosine", "余弦"),
    "product": ("input · output", "输入 · 输出"),
    "product + count": ("input · output + α log count", "输入 · 输出 + α log 次数"),
    "whole history": ("whole history", "整段历史"),
    "last films": ("last films", "看重最近"),
    "item2vec, last films": ("item2vec, last films", "item2vec，看重最近"),
    "settings for words": ("settings for words", "为文本调的设置"),
    "20 epochs": ("20 epochs", "20 个轮次"),
    "… and no subsampling": ("… and no subsampling", "……并且不做下采样"),
    "within a minute": ("hidden film within a minute", "一分钟之内"),
    "later": ("later", "更晚"),
    "words known": ("words", "词"),
    "tokens": ("tokens", "词元数"),
    "pairs": ("pairs", "词对"),
    "analogies": ("analogies right", "答对的类比题"),
    "WordSim pairs": ("WordSim pairs known", "认识的 WordSim 词对"),
    "seconds": ("seconds", "秒"),
    "pairs a second": ("pairs a second", "每秒词对数"),
    "news": ("news", "新闻"),
    "Wikipedia, 10%": ("Wikipedia, 10%", "维基百科 10%"),
    "Wikipedia, 33%": ("Wikipedia, 33%", "维基百科 33%"),
    "Wikipedia, 100%": ("Wikipedia, 100%", "维基百科 100%"),
    "item2vec, whole history": ("item2vec, whole history", "item2vec，整段历史"),
    "towers": ("linear towers", "线性双塔"),
    "towers, titles + genres": ("towers: titles + genres", "双塔：片名＋类型"),
    "towers, words + genres": ("towers: words + genres", "双塔：词＋类型"),
    "towers, random codes": ("towers: random codes", "双塔：随机编码"),
    "towers, genres": ("towers: genres", "双塔：类型"),
    "bots": ("bots", "机器人"),
    "wrong_times": ("wrong times", "时间错误"),
    "copies": ("copies", "重复行"),
    "broken_titles": ("broken titles", "片名乱码"),
    "missing_genres": ("missing genres", "类型缺失"),
    "all": ("all together", "全部一起"),
    "flawed": ("flawed", "有缺陷"),
    "mended": ("mended", "修复后"),
    "one rectangle": ("one rectangle", "一个矩形"),
    "batches by length": ("batches by length", "按长度分批"),
    "places": ("places worked through", "计算的位置数"),
    "padding moves the vector by": ("padding moves the vector by", "填充使向量改变"),
    "mask by itself": ("mask passed by Keras", "Keras 自动传掩码"),
    "mask by hand": ("mask passed by hand", "手工传掩码"),
    "gradient": ("gradient", "梯度"),
    "first step": ("first step", "第一步"),
    "in pieces": ("in pieces", "分片"),
    "added up": ("added up", "先加起来"),
    "softmax": ("sampled softmax", "采样 softmax"),
    "sigmoid": ("sigmoid cross-entropy", "sigmoid 交叉熵"),
    "constant": ("identities, constant rate", "只用身份，学习率不变"),
    "falling": ("identities, falling rate", "只用身份，学习率降低"),
    "both": ("identities + text", "身份＋文本"),
    "identity": ("identities", "身份"),
    "text": ("text", "文本"),
    "ridge": ("ridge on title vectors", "片名向量的岭回归"),
    "head": ("the text's head, w > 0", "文章的输出头，w > 0"),
    "towers, identity": ("towers: identities", "双塔：身份"),
    "towers, both": ("towers: identities + text", "双塔：身份＋文本"),
    "parameter": ("parameter", "参数"),
    "shape": ("shape", "形状"),
    "DataLoader, row by row": ("DataLoader, row by row", "DataLoader，逐行取"),
    "DataLoader, batch at once": ("DataLoader, a batch at once", "DataLoader，整批取"),
    "an epoch of batches": ("an epoch of batches", "一个轮次的批次"),
    "CPU seconds": ("CPU seconds", "CPU 秒"),
    "with zero_grad": ("with zero_grad", "有 zero_grad"),
    "without zero_grad": ("without zero_grad", "没有 zero_grad"),
    "largest difference": ("largest difference", "最大差"),
    "by default": ("by default", "默认情况下"),
    "defaults": ("each library's own", "各用各的"),
    "same number": ("1e-8 in both", "两边都是 1e-8"),
    "same place": ("Keras's, in the same place", "用 Keras 的，位置也相同"),
    "same place, float64": ("the same, float64", "同上，float64"),
    "float64, exact betas": ("float64, betas exact", "float64，beta 精确"),
    "difference, 5 steps": ("loss differs by, 5 steps", "前 5 步损失的相对差"),
    "largest drift": ("… at most, all steps", "全部步数的最大值"),
    "equal lists": ("equal lists", "完全相同的列表"),
    "films shared": ("films in common", "相同的电影"),
    "a tenth of the lowest": ("a tenth of the lowest", "最低点的十分之一"),
    "steepest": ("steepest fall", "下降最快处"),
    "always 0.007": ("always 0.007", "始终 0.007"),
    "falling to 0": ("falling to 0", "降到 0"),
    "identity and text": ("identities and titles", "身份向量与片名"),
    "a step": ("a step", "一步"),
    "ms, stored": ("ms, stored", "毫秒（存好的）"),
    "ms, here": ("ms, here", "毫秒（刚才）"),
    "steps to win it back": ("steps to win it back", "多少步才赚回"),
    "seconds to compile": ("seconds to compile", "编译秒数"),
    "compiled": ("compiled", "编译后"),
    "both, untrained at 0": ("both, untrained at 0", "两者，未训练的置 0"),
    "validation NDCG@10": ("validation NDCG@10", "验证集 NDCG@10"),
    "identity, own rate": ("identities, rate 0.012", "身份，学习率 0.012"),
    "test NDCG@10": ("test NDCG@10", "测试集 NDCG@10"),
    "more than popularity": ("more than popularity", "比流行度高"),
    "in the tower": ("in the tower", "在塔里"),
    "by title": ("by title", "按片名"),
    "rated last": ("rated last", "最近评过"),
    "the last eight films": ("the last eight films", "最近的八部电影"),
    "what MiniLM reads": ("what MiniLM reads", "切分成的词元"),
    "step": ("step", "步骤"),
    "changed": ("changed", "改动处"),
    "move_year_out_of_title": ("year moved out of the title", "把年份从片名中移出"),
    "blank_unknown": ("“unkonwn” blanked", "清空“unkonwn”"),
    "number_years": ("years made numbers", "年份改为数字"),
    "merge_repeated_titles": ("repeated films merged", "合并重复的电影"),
    "user_id": ("user id", "用户编号"),
    "item_id": ("film id", "电影编号"),
    "rating": ("rating", "评分"),
    "timestamp": ("time", "时间"),
    "rank": ("rank", "名次"),
    "score": ("score", "得分"),
    "flaw": ("flaw", "缺陷"),
    "rows": ("rows", "行"),
    "users": ("users", "用户"),
    "planted": ("planted", "植入"),
    "found": ("found", "找到"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "found on the clean log": ("found on the clean log", "在干净日志上找到"),
    "stored, same seed": ("stored, same seed", "存好的（同一种子）"),
    "state": ("state", "状态"),
    "difference": ("difference (95% interval)", "差（95% 区间）"),
    "features": ("features", "特征"),
    "random codes": ("random codes", "随机编码"),
    "words + genres": ("words + genres", "词＋类型"),
    "title vectors from A to Z": ("title vectors from A to Z + genres", "片名向量（按字母顺序）＋类型"),
    "right order": ("right order", "正确顺序"),
    "from A to Z": ("from A to Z", "按字母顺序"),
    "cosine with “Toy Story”": ("cosine with “Toy Story”", "与 “Toy Story” 的余弦"),
    "file": ("file", "文件"),
    "kB": ("kB", "kB"),
    "what was done": ("what was done", "做了什么"),
    "loading": ("loading", "加载结果"),
    "loaded": ("loaded", "加载成功"),
    "nothing done": ("nothing", "什么也没做"),
    "vectors cut": ("vectors cut in half", "向量文件截去一半"),
    "one byte changed": ("one bit changed", "改动一个比特"),
    "manifest cut": ("manifest cut", "清单被截断"),
    "title changed": ("a title changed", "改动一个片名"),
    "older format": ("an older format", "旧的格式版本"),
    "vectors missing": ("vectors missing", "缺少向量文件"),
    "age": ("age", "年龄"),
    "gender": ("gender", "性别"),
    "occupation": ("occupation", "职业"),
    "user": ("user", "用户"),
    "usual": ("among all ratings", "在全部评分中"),
    "share": ("in the history", "在其历史中"),
    "hidden film": ("hidden film", "留出的电影"),
    "features of": ("features of", "特征"),
    "EASE, last films": ("EASE, last films", "EASE，看重最近"),
    "item-kNN, last films": ("item-kNN, last films", "item-kNN，看重最近"),
}


def name(key: str) -> str:
    """The reader's word for a model or a kind of features; a key without one stays as it is."""
    en, zh = NAMES.get(key, (key, key))
    return text(en=en, zh=zh)


def figure(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """A figure that pyplot does not know of: it would show it a second time, without alt text. Options: `subplots`'."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height))
    return made, made.subplots(rows, columns, **options)


def show(figure: Figure, alt: str) -> None:
    """Put a figure on the page with its alt text."""
    from IPython.display import HTML, display

    buffer = io.BytesIO()
    # The version of Matplotlib in the file would make every upgrade look like a change.
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode()
    display(HTML(f'<img class="recbook" alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'))


def table(rows: Any, caption: str = "") -> None:
    """A small table as plain HTML: ``rows`` is a DataFrame, its column names are given as `name` has them.

    There are no styling ids, so that two runs give the same page.
    """
    from IPython.display import HTML, display

    named = rows.rename(columns=lambda column: name(str(column)))
    body = named.to_html(border=0, index=False, escape=True, float_format="{:.3f}".format)
    display(HTML((f"<p><b>{html.escape(caption)}</b></p>" if caption else "") + body))
