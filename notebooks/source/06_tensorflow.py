# %% [markdown] lang="en"
# # 06 · TensorFlow: from a program that does not run to a model that recommends
#
# **You will be able to** find out what is wrong with a short program that looks right, the errors that stop it and those that do not; build BERT from Keras's own layers and give it published weights; write
# a two-tower model with its data pipeline, losses, callbacks and early stopping; and say how it does beside popularity and EASE.
#
# **You need** chapters 04 (BERT, softmax) and 05 (sentence vectors, fine-tuning). Keras is explained where it is used.
#
# **It takes** about an hour and a half to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 06 · TensorFlow：从一段跑不通的程序到一个能推荐的模型
#
# **学完之后**，你能找出一段看似正确的短程序错在哪里，包括会报错的和不报错的；能用 Keras 自带的层搭出 BERT，装上预训练权重；能写出双塔模型（two-tower model）
# 和它的数据管道、损失、回调与早停；还能说清它与流行度基线（popularity baseline）和 EASE 相比效果如何。
#
# **需要的基础**：第 04 章（BERT、softmax）和第 05 章（句子向量、微调（fine-tuning））。Keras 用到时会解释。
#
# **所需时间**：阅读大约一个半小时；在双核机器上，运行{minutes}。

# %%
import ast
import math
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.tensorflow import figures

recbook.setup("en")

# %% [markdown] lang="en"
# TensorFlow computes with tensors and their gradients; **Keras** is the part of it that speaks of layers and models.

# %% [markdown] lang="zh"
# TensorFlow 负责张量和梯度的计算；**Keras** 是其中描述层和模型的部分。

# %%
import keras
import tensorflow as tf
from keras import layers, ops

tf.get_logger().setLevel("ERROR")
keras.utils.set_random_seed(0)
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()

# %% [markdown] lang="en"
# ## A program that looks right
#
# This course takes its topics from a Chinese article on pretrained models in recommender systems ("the text"). Its section 5.1 has an example for TensorFlow, here without the comments: load BERT, turn users and items into vectors, take the dot product, train a sigmoid on it, predict.

# %% [markdown] lang="zh"
# ## 一段看似正确的程序
#
# 本课程的主题取自一篇介绍推荐系统（recommender system）中的预训练模型（pretrained model）的中文文章（以下简称“文章”）。它的 5.1 节给出了一个 TensorFlow 示例，略去注释如下：加载 BERT，把用户和物品变成向量，求点积（dot product），在上面训练一个 sigmoid，再预测。

# %%
PROGRAM = """import tensorflow as tf
bert_model = tf.keras.models.load_model('bert_model')
user_embeddings = bert_model(user_inputs)
item_embeddings = bert_model(item_inputs)
model = tf.keras.Sequential([
    tf.keras.layers.Dot(axes=1),
    tf.keras.layers.Dense(1, activation='sigmoid')
])
model.compile(loss='binary_crossentropy', optimizer='adam')
model.fit([user_embeddings, item_embeddings], labels, epochs=10)
predictions = model.predict([user_embeddings, item_embeddings])"""


def error_of(attempt):
    """en: The first line of the error that a call ends with, or nothing; without Keras's frame, bold.
    zh: 调用出错时错误信息的第一行；没有出错则为空；去掉 Keras 加的外框和粗体。"""
    try:
        attempt()
    except Exception as stopped:
        said = [line for line in str(stopped).splitlines() if line and "Exception enc" not in line]
        return f"{type(stopped).__name__}: {said[0]}".replace("\x1b[1m", "")
    return ""

# %% [markdown] lang="en"
# A notebook remembers names from earlier cells, and so may run what would fail elsewhere. So give the program a namespace of its own, an empty `{}`:

# %% [markdown] lang="zh"
# 笔记本会记住前面单元格里的名字，在别处会失败的代码，在这里也许能跑。所以给这段程序一个自己的、空的命名空间 `{}`：

# %%
error = error_of(lambda: exec(PROGRAM, {}))
print(error.partition(" Note")[0])

# %% [markdown] lang="en"
# It ends at the first line. Is that only because there is no such file? Keras 2 kept a model as a *folder* in the format SavedModel, and would have loaded one called `bert_model`, without an ending. Make such a folder, from a tiny model, and try again:

# %% [markdown] lang="zh"
# 加载模型那一行就停了。是不是只因为没有这个文件？Keras 2 把模型存成 SavedModel 格式的*文件夹*，不带扩展名的 `bert_model` 正是这种文件夹，当年可以加载。用一个很小的模型做一个，再试一次：

# %%
tiny = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/bert_model"
    tiny.export(path, verbose=False)
    from_folder = error_of(lambda: tf.keras.models.load_model(path)).replace(path, "bert_model")
print(from_folder.partition(" Note")[0])

# %% [markdown] lang="en"
# Refused again. (The rest of the message advises `TFSMLayer`, which reads the folder as a layer for inference.)
#
# Next, names that the program uses and never makes. Python can tell without running anything: `ast` reads the code into a tree, in which each name is marked as *read* (`Load`) or *given a value* (`Store`).

# %% [markdown] lang="zh"
# 仍被拒绝。（错误信息的后半句建议用 `TFSMLayer`，它把这个文件夹当作一个只用于推理的层来加载。）
#
# 再看程序用到、却从没定义过的名字。不必运行，Python 就能查出来：`ast` 把代码解析成语法树，树上每个名字都标着是被读取（`Load`）还是被赋值（`Store`）。

# %%
program = list(ast.walk(ast.parse(PROGRAM)))
names = [node for node in program if isinstance(node, ast.Name)]
made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
made |= {alias.asname for node in program if isinstance(node, ast.Import) for alias in node.names}
undefined = sorted({node.id for node in names} - made)

calls = {ast.unparse(node.func): node.args for node in program if isinstance(node, ast.Call)}
trained_on, predicted = (ast.unparse(calls[f"model.{name}"][0]) for name in ("fit", "predict"))
print(f"{undefined = }")
print(f"{trained_on = !s}", f"{predicted = !s}", sep="\n")

# %%
recbook.claim(
    error.startswith("ValueError: File format not supported")
    and from_folder.startswith("ValueError: File format not supported")
    and undefined == ["item_inputs", "labels", "user_inputs"] and trained_on == predicted,
    en="The program of section 5.1 stops where it loads BERT: Keras 3 loads no folder, only `.keras` "
    "and old `.h5` files. It never says what `user_inputs`, `item_inputs` and `labels` are, and it "
    "predicts for the very pairs that it was trained on: nothing is held out.",
    zh="5.1 节的程序停在加载 BERT 的那一行：Keras 3 不加载文件夹，只加载 `.keras` 文件和旧的 `.h5` "
    "文件。程序没有说明 `user_inputs`、`item_inputs` 和 `labels` 是什么；预测用的正是训练用的那些样本"
    "对，没有留出任何数据。",
)

# %% [markdown] lang="en"
# The three names hide decisions. What *text* stands for a user? Which pairs are negative, when a log holds only what people did watch? And how many pairs go through BERT at once? `bert_model(user_inputs)` has no batches: all go at once. Take **MiniLM**, the small BERT whose title vectors the chapters before used. One of its layers widens each token to 1,536 numbers of 4 bytes. For one row a rating, 24 tokens a text (the longest title has that many), this one array would need:

# %% [markdown] lang="zh"
# 这三个名字背后都是要做的决定。用什么*文字*代表一位用户？日志里只有看过的电影，哪些样本对算负样本？一次让多少对经过 BERT？`bert_model(user_inputs)` 没有分批，全部一次算完。以 **MiniLM** 为例，前几章的片名向量就出自这个小型 BERT。它的每一层都有一步把每个词元（token）扩成 1,536 个数，每个数 4 字节。如果一条评分一行、每段文字 24 个词元（最长的片名就有这么多），仅这一个数组就需要：

# %%
print(f"{ratings.n * 24 * 1536 * 4 / 1e9:.1f} GB")

# %% [markdown] lang="en"
# ### Several outputs, not one
#
# Suppose the model loads. A BERT as published on a hub gives a dictionary: a vector for each token, and one for the whole text, made by pooling. Here is a small stand-in with these two outputs (vectors of 8 numbers, random weights), and the text's model on top. `Sequential` stacks layers, `Dot(axes=1)` multiplies two vectors row by row and adds up, `Dense(1)` is a weight and a bias.

# %% [markdown] lang="zh"
# ### 输出不止一个
#
# 假设模型加载成功。模型库里发布的 BERT 输出的是一个字典：每个词元一个向量，另有一个整段文字的池化（pooling）向量。下面造一个有这两种输出的小替身（向量 8 维，权重随机），再接上文章里的模型。`Sequential` 把层依次叠起来，`Dot(axes=1)` 把两个向量逐行相乘再求和，`Dense(1)` 是一个权重加一个偏置。

# %%
def the_texts_model():
    return keras.Sequential([layers.Dot(axes=1), layers.Dense(1, activation="sigmoid")])


ids = keras.Input((None,), dtype="int32")
sequence = layers.Embedding(100, 8)(ids)
pooled = layers.GlobalAveragePooling1D()(sequence)
stand_in = keras.Model(ids, {"pooled_output": pooled, "sequence_output": sequence})

rng = np.random.default_rng(0)
user_ids, film_ids = rng.integers(1, 100, size=(2, 64, 5))
user_outputs, film_outputs = stand_in(user_ids), stand_in(film_ids)
whole = error_of(lambda: the_texts_model()([user_outputs, film_outputs]))
print(whole.partition(". ")[0])
given = {output: the_texts_model()([user_outputs[output], film_outputs[output]]).shape
         for output in user_outputs}
plots.table(pd.DataFrame({"output": list(given), "shape": [tuple(shape) for shape in given.values()]}))

# %% [markdown] lang="en"
# The dictionary is refused. Whoever then picks the first output at hand, the token vectors, gets no error at all, and 8 "probabilities" for each of the 64 pairs in place of one: `Dot` has summed over the *places* and compared each of the 8 coordinates with each. Only the pooled vectors give one number a pair.
#
# ### What is trained?
#
# Section 3.2 of the text says that BERT is fine-tuned on the recommendation task. Train the text's model on the pooled vectors, and look at which weights have changed:

# %% [markdown] lang="zh"
# 字典被拒绝了。如果随手取词元向量那个输出，就不会报任何错，但 64 对样本每对得到 8 个“概率”，而不是一个：`Dot` 是沿*位置*求和的，把 8 个坐标两两相乘了。只有池化向量才给每对样本一个数。
#
# ### 训练了什么？
#
# 文章 3.2 节说，要在推荐任务上微调 BERT。在池化向量上训练文章的模型，看看哪些权重变了：

# %%
before = [weight.numpy() for weight in stand_in.weights]
model = the_texts_model()
model.compile(loss="binary_crossentropy", optimizer="adam")
labels = np.random.default_rng(1).integers(2, size=64)
model.fit([user_outputs["pooled_output"], film_outputs["pooled_output"]], labels, epochs=10, verbose=0)
unchanged = all((weight.numpy() == old).all() for weight, old in zip(stand_in.weights, before))
n_trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)

recbook.claim(
    unchanged and n_trained == 2 and "list of 2 inputs" in whole
    and given["sequence_output"] == (64, 8, 1) and given["pooled_output"] == (64, 1),
    en="In the text's example the vectors are computed once, before training, so `fit` never reaches the "
    "encoder: after 10 epochs not one weight of a stand-in for BERT has changed. What is trained are "
    "{trained} numbers, a weight and a bias.",
    zh="在文章的示例里，向量在训练之前一次算好，所以 `fit` 到不了编码器：用一个代替 BERT 的小模型来试，"
    "10 个轮次之后，它的权重一个也没有变。训练的只有 {trained} 个数：一个权重和一个偏置。",
    trained=n_trained,
)

# %% [markdown] lang="en"
# So there are five things to repair: the model must load, give one vector, be able to learn, have negatives, and be tested on what it has not seen. We begin with BERT.
#
# ## BERT in forty lines of Keras
#
# Keras's **functional** style: begin with an `Input`, which is a placeholder without numbers, call layers on it, and say at the end which inputs and outputs make the model. A model made of built-in layers can be saved and loaded anywhere, since the file names the layers and Keras knows them. So we use nothing else. First the layer of chapter 04: attention, added to its input and normalised; then a wider layer and a narrower one, added and normalised again. The **mask** `real` says which places hold a real token and which are only **padding**, there to fill a row up.

# %% [markdown] lang="zh"
# 所以有五处要修：模型要能加载，要给出一个向量，要能学习，要有负样本，还要在没见过的数据上测试。从 BERT 开始。
#
# ## 四十行 Keras 写出 BERT
#
# Keras 的**函数式**写法：从 `Input` 开始，它是没有数值的占位符；在它上面依次调用各层；最后说明由哪些输入和输出组成模型。只由自带的层组成的模型，存下来以后在哪里都能加载，因为文件里写着层的名字，而这些层 Keras 里都有。所以我们只用自带的层。先写第 04 章的那一层：注意力，残差连接，层归一化；然后先升维再降维，又是残差连接和层归一化。**掩码**（mask）`real` 标出哪些位置是真正的词元，哪些只是补齐长度的**填充**（padding）。

# %%
def norm(x, name):
    return layers.LayerNormalization(epsilon=1e-12, name=name)(x)


def encoder_layer(x, real, heads, inner, number):  # (batch, n, width) -> (batch, n, width)
    width = x.shape[-1]
    attention = layers.MultiHeadAttention(heads, width // heads, name=f"attention_{number}")
    read = attention(x, x, attention_mask=ops.expand_dims(real, 1))  # (batch, 1, n)
    x = norm(x + read, f"norm_1_{number}")
    wide = layers.Dense(inner, activation="gelu", name=f"widen_{number}")(x)
    narrow = layers.Dense(width, name=f"narrow_{number}")(wide)
    return norm(x + narrow, f"norm_2_{number}")

# %% [markdown] lang="en"
# Two things must be as in MiniLM. Keras's `LayerNormalization` adds 0.001 to the variance where BERT adds $10^{-12}$. And the function GELU exists in two forms, $x \, \Phi(x)$ itself, with $\Phi$ the distribution function of the standard normal, and an approximation by tanh. MiniLM has the first, and `"gelu"` means the first in Keras; some ports use the second.
#
# Now the whole: vectors of tokens and of places, six layers, the mean over the real tokens, brought to length 1. The number 0 marks padding.

# %% [markdown] lang="zh"
# 有两处必须与 MiniLM 一致。Keras 的 `LayerNormalization` 默认给方差加 0.001，BERT 加的是 $10^{-12}$。GELU 函数有两种写法，$x \, \Phi(x)$ 本身（$\Phi$ 是标准正态分布函数）和用 tanh 的近似。MiniLM 用的是前一种，Keras 的 `"gelu"` 也是；有些移植版用的是后一种。
#
# 再写整体：词元向量加位置向量，六层，对真正的词元求平均，再归一化为单位长度。填充用 0 表示。

# %%
def sentence_encoder(vocabulary=30522, width=384, depth=6, heads=12, inner=1536, places=512):
    ids = keras.Input((None,), dtype="int32", name="ids")  # (batch, n)
    real = ops.not_equal(ids, 0)
    place = ops.cumsum(ops.ones_like(ids), axis=1) - 1  # 0, 1, 2, ...
    x = layers.Embedding(vocabulary, width, name="tokens")(ids)
    x = x + layers.Embedding(places, width, name="places")(place)
    x = norm(x, "norm")
    for number in range(depth):
        x = encoder_layer(x, real, heads, inner, number)
    mean = layers.GlobalAveragePooling1D(name="mean")(x, mask=real)
    return keras.Model(ids, layers.UnitNormalization(name="unit")(mean), name="bert")


encoder = sentence_encoder()
print(f"{encoder.count_params() = :,}")

# %% [markdown] lang="en"
# ### The published weights
#
# MiniLM's weights lie in a safetensors file: names and arrays, nothing that could run. PyTorch saved it, and PyTorch keeps the table of a linear layer as (out, in), Keras as (in, out): so tables are transposed. Attention's tables have a third axis in Keras, the heads: (in, heads, out / heads) for query, key and value, (heads, in / heads, out) for the output. Either is a reshape. `layer.weights` lists the table before the bias; in attention, those of query, key, value and output in turn. BERT also has **segment embeddings**, one vector for a *first* and one for a *second sentence*; a title is one sentence, so the first is simply added to all places.

# %% [markdown] lang="zh"
# ### 预训练权重
#
# MiniLM 的权重在一个 safetensors 文件里：只有名字和数组，没有可执行的内容。它由 PyTorch 保存；线性层的权重矩阵，PyTorch 存成（输出，输入），Keras 存成（输入，输出），所以要转置。注意力的权重矩阵在 Keras 里多一个轴，即头：查询、键、值是（输入，头数，输出 / 头数），输出是（头数，输入 / 头数，输出），都用 reshape 改变形状即可。`layer.weights` 里先是权重矩阵，后是偏置；注意力层依次是查询、键、值、输出的权重矩阵和偏置。BERT 还有**段嵌入**（segment embedding），“第一句”“第二句”各一个向量；片名只有一句，把第一句的向量加到所有位置上即可。

# %%
from safetensors.numpy import load_file

from recbook.data import fetch

folder = fetch.ensure("all-MiniLM-L6-v2")
tensors = load_file(folder / "model.safetensors")


def pair(name):
    return tensors[f"{name}.weight"].T, tensors[f"{name}.bias"]


def give(layer, *arrays):
    shapes = [weight.shape for weight in encoder.get_layer(layer).weights]
    encoder.get_layer(layer).set_weights([a.reshape(shape) for a, shape in zip(arrays, shapes)])

# %%
segment = tensors["embeddings.token_type_embeddings.weight"][0]
give("tokens", tensors["embeddings.word_embeddings.weight"])
give("places", tensors["embeddings.position_embeddings.weight"] + segment)
give("norm", *pair("embeddings.LayerNorm"))
for number in range(6):
    theirs = f"encoder.layer.{number}"
    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    arrays = [pair(f"{theirs}.{part}") for part in [*parts, "attention.output.dense"]]
    give(f"attention_{number}", *(array for two in arrays for array in two))
    give(f"norm_1_{number}", *pair(f"{theirs}.attention.output.LayerNorm"))
    give(f"widen_{number}", *pair(f"{theirs}.intermediate.dense"))
    give(f"narrow_{number}", *pair(f"{theirs}.output.dense"))
    give(f"norm_2_{number}", *pair(f"{theirs}.output.LayerNorm"))

# %% [markdown] lang="en"
# The tokenizer comes from the same folder; `bert.token_ids` calls it. `bert.padded` fills rows up with 0. In `recbook.tf.bert` stands the tested twin of all that you have just read.

# %% [markdown] lang="zh"
# 分词器（tokenizer）来自同一个文件夹，由 `bert.token_ids` 调用；`bert.padded` 用 0 把各行补齐。刚才读到的这些，在 `recbook.tf.bert` 里都有附带测试的版本。

# %%
from recbook.text import TextEncoder
from recbook.tf import bert

rows = bert.token_ids(list(titles))
print(titles[0], rows[0])
# en: The same model in PyTorch, (1682, 384); then ours and its tested twin on 64 padded titles.
# zh: PyTorch 版的同一个模型，(1682, 384)；然后用 64 个带填充的片名，算我们的和附带测试的版本。
title_vectors = TextEncoder().encode(list(titles))
some = np.random.default_rng(0).permutation(len(titles))[:64]
some_rows = [rows[film] for film in some]
ours = encoder.predict_on_batch(bert.padded(some_rows))
twin = bert.published().predict_on_batch(bert.padded(some_rows))

# %% [markdown] lang="en"
# Save it, and load it in a new process, in which neither this notebook nor recbook is known. The file is called as in the text, with the ending that Keras 3 wants.

# %% [markdown] lang="zh"
# 把它存下来，再在一个新进程里加载；那里既没有这个笔记本里的变量，也没有导入 recbook。文件名与文章里相同，只是加上了 Keras 3 要求的扩展名。

# %%
def run_fresh(code, folder):
    """en: Run code in a new Python process; returns the last line that it wrote.
    zh: 在新的 Python 进程里运行代码，返回它输出的最后一行。"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    written = done.stderr if done.returncode else done.stdout
    return written.strip().splitlines()[-1]


ELSEWHERE = """import tensorflow as tf
import numpy as np
bert_model = tf.keras.models.load_model('bert_model.keras')
difference = bert_model.predict(np.load('ids.npy'), verbose=0) - np.load('vectors.npy')
print(abs(difference).max())"""

with tempfile.TemporaryDirectory() as folder:
    encoder.save(f"{folder}/bert_model.keras")
    np.save(f"{folder}/ids.npy", bert.padded(some_rows))
    np.save(f"{folder}/vectors.npy", title_vectors[some])
    reloaded = float(run_fresh(ELSEWHERE, folder))

# %%
off = np.abs(ours - title_vectors[some]).max()
recbook.claim(
    off < 1e-5 and reloaded < 1e-5 and np.abs(ours - twin).max() < 1e-6,
    en="Forty lines of Keras with MiniLM's weights give PyTorch's title vectors (64 titles; no component "
    "differs by 0.00001), and so does the file `bert_model.keras` in a new process that loads it with "
    "plain `load_model`.",
    zh="四十行 Keras 装上 MiniLM 的权重，得到的片名向量与 PyTorch 的相同（64 个片名，各分量相差都不到 "
    "0.00001）；新进程只用 `load_model` 加载 `bert_model.keras`，结果也是如此。",
)

# %% [markdown] lang="en"
# ### A mask that gets lost
#
# Keras can carry the mask along by itself: `Embedding(mask_zero=True)` attaches it to its output, and later layers use it. We passed it by hand, for a reason. Three versions of a toy show it: token vectors with Keras's mask, without and with vectors of places added, and with the mask passed by hand. How far does padding move the mean?

# %% [markdown] lang="zh"
# ### 丢失的掩码
#
# Keras 可以自动传递掩码：`Embedding(mask_zero=True)` 把掩码附在输出上，后面的层会用到。我们却是手工传的，这是有原因的。用一个小模型的三种版本来看：词元向量的掩码由 Keras 传递，不加或加上位置向量；以及手工传递掩码。填充会使平均向量改变多少？

# %% tags=["nbval-ignore-output"]
def toy_encoder(by_hand, with_places):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(10, 4, mask_zero=not by_hand)(ids)
    if with_places:
        place = ops.cumsum(ops.ones_like(ids), axis=1) - 1
        x = layers.Add()([x, layers.Embedding(10, 4)(place)])
    given = {"mask": ops.not_equal(ids, 0)} if by_hand else {}
    return keras.Model(ids, layers.GlobalAveragePooling1D()(x, **given))


keras.utils.set_random_seed(0)
short, filled = np.array([[5, 6]]), np.array([[5, 6, 0, 0]])
versions = {"mask by itself, no places": toy_encoder(False, False),
            "mask by itself": toy_encoder(False, True), "mask by hand": toy_encoder(True, True),
            "our BERT": encoder}
moved = {kind: float(np.abs(made(short) - made(filled)).max()) for kind, made in versions.items()}
rows_shown = [(plots.name(kind), f"{by:.1e}") for kind, by in moved.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", "padding moves the vector by"]))

# %%
recbook.claim(
    moved["mask by itself"] > 1e-3 and max(moved[kind] for kind in moved if kind != "mask by itself") < 1e-5,
    takeaway=False,
    en="Padding moves a vector where Keras's mask meets the addition of places. Without that addition, or "
    "with the mask passed by hand, it does not (less than 1e-5).",
    zh="掩码由 Keras 传递、又加上位置向量时，填充会改变向量。不加位置向量，或者手工传递掩码，就不会（变化"
    "小于 1e-5）。",
)

# %% [markdown] lang="en"
# `Add` had one input with a mask and one without, and dropped it: no error, no warning, but each vector now depends on how long the longest title of its batch is. That is why you should compare a ported model on *padded* batches.
#
# **Exercise 1.** Write the mean over real tokens. ({points})

# %% [markdown] lang="zh"
# `Add` 的一个输入带掩码，一个不带，于是掩码被丢掉了：没有报错，没有警告，但每个向量都变得与批次里最长的片名有关。所以移植模型时，要在*带填充*的批次上比对。
#
# **练习 1** 写出对真正的词元求的平均。（{points}）

# %% exercise="tensorflow-mean" points=2
def masked_mean(vectors, real):
    """en: Mean of the vectors of the real tokens, NumPy arrays: vectors (batch, n, d), real (batch, n)
    en: is False for padding; each text has a real token. Returns (batch, d).
    zh: 对真正词元的向量求平均，都是 NumPy 数组：vectors (batch, n, d)，real (batch, n) 为 False 的是
    zh: 填充；每段文字至少有一个真正的词元。返回 (batch, d)。"""
    ### BEGIN SOLUTION
    weights = np.asarray(real, float)[..., None]  # (batch, n, 1)
    return (vectors * weights).sum(axis=1) / weights.sum(axis=1)
    ### END SOLUTION

# %% check="tensorflow-mean"
recbook.check("tensorflow-mean", masked_mean)

# %% [markdown] lang="en"
# ### How not to call `predict`
#
# The obvious way to encode all titles is one array and one call. The array is a rectangle, as wide as the longest title. Count the places that BERT has to work through, and compare with batches of titles of like length: sort the rows by length, cut, pad each batch by itself (`bert.encode` does so, and puts the vectors back in order). On 64 titles, drawn at random; each way is timed on its second call, since the first call with a new shape also builds a graph. The last column is computed: the same seconds a title, for all titles:

# %% [markdown] lang="zh"
# ### `predict` 不该怎么用
#
# 要编码所有片名，最直接的办法是一个数组、一次调用。数组是矩形，宽度等于最长的片名。数一数 BERT 要算多少个位置，再与长度相近的片名分为一批的做法比一比：把各行按长度排序，切成批，每批各自填充（`bert.encode` 就是这样做的，最后再恢复原来的顺序）。随机取 64 个片名；计时取第二次调用，因为第一次遇到新形状时还要建计算图。最后一列是推算的：按每个片名同样的秒数，算出全部片名所需的时间：

# %% tags=["nbval-ignore-output"]
def places_of(batches):
    return sum(len(batch) * max(map(len, batch)) for batch in batches)


def seconds(call):
    call()
    start = time.process_time()
    call()
    return time.process_time() - start


width = max(map(len, rows))
rectangle = np.zeros((64, width), np.int32)
rectangle[:, : max(map(len, some_rows))] = bert.padded(some_rows)
by_length = sorted(some_rows, key=len)
counts = [64 * width, places_of(by_length[i : i + 16] for i in range(0, 64, 16))]
took = [seconds(lambda: encoder.predict(rectangle, verbose=0)),
        seconds(lambda: bert.encode(encoder, some_rows, batch_size=16))]
ways = [plots.name("one rectangle"), plots.name("batches by length")]
for_all = [f"{once * len(titles) / 64:.0f}" for once in took]
table = {"": ways, "places": counts, "CPU seconds": took, "seconds, all titles": for_all}
plots.table(pd.DataFrame(table))

# %%
n_tokens = sum(map(len, some_rows))
bucketed = bert.encode(encoder, some_rows, batch_size=16)
recbook.claim(
    counts[0] > 2.5 * counts[1] and counts[1] < 1.6 * n_tokens
    and np.abs(bucketed - title_vectors[some]).max() < 1e-5,
    takeaway=False,
    en="64 titles have {tokens:,} tokens. In one rectangle BERT works through {rectangle:,} places, in "
    "batches by length through {by_length:,}; the vectors are the same.",
    zh="64 个片名共有 {tokens:,} 个词元。放进一个矩形，BERT 要算 {rectangle:,} 个位置；按长度分批，只要算 "
    "{by_length:,} 个；得到的向量相同。",
    tokens=n_tokens, rectangle=counts[0], by_length=counts[1],
)

# %% [markdown] lang="en"
# From here on we take the title vectors from `TextEncoder`, which keeps them on disk: they are the same.
#
# ## Two numbers cannot learn what a user likes
#
# Now the **head** that the text trains, the layer on top of the vectors. With $s = u \cdot v$ the dot product of a user's and a film's vector, it predicts
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# with two numbers to learn, $w$ and $b$. What can they change about a list? $\sigma$ grows with its argument. So if $w > 0$, then $s_1 > s_2$ gives $p_1 > p_2$, whatever $w$ and $b$ are: the order is that of the dot product. If $w < 0$, the order is turned round. There is no third case but $w = 0$. By pencil: $s = 0.6, 0.2$ with $w = 2$, $b = -1$ gives $0.2 > -0.6$ under the $\sigma$; with $w = 0.5$, $b = 3$ it gives $3.3 > 3.1$; with $w = -1$, $b = 0$: $-0.6 < -0.2$.
#
# **Exercise 2.** Write the prediction for many pairs at once. ({points})

# %% [markdown] lang="zh"
# 从这里起，片名向量取自 `TextEncoder`，它会存在磁盘上；向量是一样的。
#
# ## 只学两个参数，学不到用户偏好
#
# 现在看文章训练的那个**输出头**（head），即接在向量之上的那一层。记 $s = u \cdot v$ 为用户向量与电影向量的点积，预测是
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# 要学的只有两个数，$w$ 和 $b$。它们能怎样改变一个推荐列表？$\sigma$ 是单调递增的。所以若 $w > 0$，则由 $s_1 > s_2$ 可得 $p_1 > p_2$，不论 $w$ 和 $b$ 是多少：顺序就是点积的顺序。若 $w < 0$，顺序恰好颠倒。除了 $w = 0$，没有第三种情形。笔算：$s = 0.6, 0.2$，取 $w = 2$、$b = -1$，$\sigma$ 里面是 $0.2 > -0.6$；取 $w = 0.5$、$b = 3$，是 $3.3 > 3.1$；取 $w = -1$、$b = 0$，是 $-0.6 < -0.2$。
#
# **练习 2** 一次算出许多对的预测。（{points}）

# %% exercise="tensorflow-score" points=1
def probabilities(u, v, w, b):
    """en: sigma(w * dot product + b) for each pair: NumPy arrays u (n, d) and v (n, d), row by row;
    en: w and b are numbers. Returns (n,).
    zh: 每一对的 sigma(w * 点积 + b)：NumPy 数组 u (n, d) 与 v (n, d) 逐行配对；
    zh: w 和 b 是数。返回 (n,)。"""
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-(w * (u * v).sum(axis=1) + b)))
    ### END SOLUTION

# %% check="tensorflow-score"
recbook.check("tensorflow-score", probabilities)

# %% [markdown] lang="en"
# ### Ten starts
#
# Does the head at least learn the right sign? We need pairs. Split each user's training films once more: the mean title vector of the earlier ones stands for the user, the last but one is a positive pair to train on, the last one to test on; each has a film drawn at random as its negative. (The fixed split of the course is not touched: its validation and test films stay hidden.)

# %% [markdown] lang="zh"
# ### 十个起点
#
# 这个输出头至少能学对符号吗？先要有样本对。把每位用户的训练电影再分一次：较早那些片名向量的平均代表用户，倒数第二部用来训练，最后一部用来测试，都是正样本；各配一部随机抽的电影作负样本。（课程固定的划分不受影响：它的验证集和测试集仍然不参与。）

# %%
from sklearn.metrics import roc_auc_score

from recbook.data import leave_one_out
from recbook.models import towers

split = leave_one_out(ratings)
inner = leave_one_out(split.train)
user_means = towers.user_features(inner.train, title_vectors)  # (943, 384), unit length
rng = np.random.default_rng(0)


def pairs_of(log):
    drawn = rng.integers(ratings.n_items, size=log.n)
    films = np.concatenate([log.item, drawn])
    return user_means[np.tile(log.user, 2)], title_vectors[films], np.repeat([1.0, 0.0], log.n)


fit_users, fit_films, fit_labels = pairs_of(inner.valid)
test_users, test_films, test_labels = pairs_of(inner.test)
dots = (test_users * test_films).sum(axis=1)
auc = roc_auc_score(test_labels, dots)

# %% [markdown] lang="en"
# The measure: **AUC**. Compare each positive test pair with each negative one: AUC is the share of these comparisons in which the positive pair has the higher score; 0.5 is chance. The order alone decides it.
#
# Keras draws $w$ from a uniform distribution between $-\sqrt 3$ and $\sqrt 3$ (Glorot's rule for one input and one output: $\sqrt{6 / (1 + 1)}$), and $b$ starts at 0. Ten starts are ten models. But Adam treats every number by itself, so ten heads side by side, `Dense(10)`, learn as ten models would, in a tenth of the time. (The loss is the mean over the ten outputs, so each gradient is a tenth; Adam divides a constant factor out.) Everything else is as in the text: its loss, Adam at its default rate of 0.001, batches of 32, 10 epochs.

# %% [markdown] lang="zh"
# 度量用 **AUC**：把每个正的测试样本对与每个负的相比，AUC 就是正的得分更高的比例；0.5 相当于随机猜测。它只由顺序决定。
#
# Keras 从 $-\sqrt 3$ 到 $\sqrt 3$ 的均匀分布里抽 $w$（Glorot 规则，一个输入一个输出：$\sqrt{6 / (1 + 1)}$），$b$ 从 0 开始。十个起点就是十个模型。不过 Adam 对每个数单独处理，所以把十个输出头并排放，写成 `Dense(10)`，学到的与十个模型一样，时间只要十分之一。（损失对十个输出取平均，所以梯度只有十分之一；Adam 会把常数倍数约掉。）其余全照文章：它的损失，Adam 用默认学习率 0.001，批大小 32，10 个轮次。

# %%
starts = [float(keras.initializers.GlorotUniform(seed=seed)((1, 1))[0, 0]) for seed in range(10)]


class KeepWeights(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.kept = [self.model.layers[1].get_weights()]

    def on_epoch_end(self, epoch, logs=None):
        self.kept.append(self.model.layers[1].get_weights())


def train_heads(starts, labels, rate=0.001):
    keras.utils.set_random_seed(0)
    heads = keras.Sequential([layers.Dot(axes=1), layers.Dense(len(starts), activation="sigmoid")])
    heads([fit_users[:1], fit_films[:1]])
    heads.layers[1].set_weights([np.array([starts]), np.zeros(len(starts))])
    heads.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(rate))
    keep, tiled = KeepWeights(), np.tile(labels[:, None], len(starts))
    losses = heads.fit([fit_users, fit_films], tiled, epochs=10, verbose=0, callbacks=[keep])
    w, b = (np.array([np.ravel(epoch[part]) for epoch in keep.kept]) for part in (0, 1))
    predicted = heads([test_users, test_films]).numpy()
    aucs = np.array([roc_auc_score(test_labels, column) for column in predicted.T])
    return w, b, losses.history["loss"], aucs  # (11, heads), (11, heads), (10,), (heads,)

# %% tags=["nbval-ignore-output"]
w, b, _, head_auc = train_heads(starts, fit_labels)
n_steps = 10 * math.ceil(len(fit_labels) / 32)
figures.ten_heads(w, head_auc, auc, reach=0.001 * n_steps)

# %% [markdown] lang="en"
# There are two outcomes, and nothing between them: the AUC of the plain dot product, and 1 minus that. Why do some stay on the wrong side? Adam divides the gradient by its own size: the first step is exactly the learning rate, and later ones are hardly ever longer. So 0.001 times the number of steps is about the longest way that $w$ can go (dotted): whoever starts farther below 0 cannot arrive. And where one batch says up and the next says down, the way is shorter: a start nearer to 0 may fail too.
#
# Why do the large positive weights fall? Our dot products are all positive and half of the labels are 1, so $w s + b$ must first come down to about 0 on average; with $b = 0$ at the start, $w$ goes down with $b$.

# %% [markdown] lang="zh"
# 结果只有两种，没有中间情形：一种是点积本身的 AUC，另一种是 1 减去它。为什么有些留在了错误的一边？Adam 会把梯度除以它自身的大小：第一步恰好等于学习率，之后也很少更长。所以 0.001 乘以步数，差不多就是 $w$ 最多能走的路程（图中的点线）：从 0 以下更远处出发的，到不了。如果这一批要往上，下一批要往下，走的路就更短：离 0 更近的起点也可能到不了。
#
# 较大的正权重为什么变小？这里的点积都是正数，而标签有一半是 1，所以 $w s + b$ 首先要降到平均约为 0；起初 $b = 0$，于是 $w$ 和 $b$ 一起下降。

# %%
positive, too_far = w[-1] > 0, np.array(starts) < -0.001 * n_steps
faster, _, _, faster_auc = train_heads(starts, fit_labels, rate=0.03)
ranked = [np.argsort(one * dots.astype(float) + other) for one, other in zip(w[-1], b[-1])]
kept = [(order == np.argsort(np.sign(one) * dots)).all() for one, order in zip(w[-1], ranked)]
recbook.claim(
    np.allclose(head_auc, np.where(positive, auc, 1 - auc), atol=1e-3) and auc > 0.53
    and (positive == (np.array(starts) > 0)).all() and (dots > 0).all()
    and np.allclose(faster_auc, auc, atol=1e-3) and all(kept) and (~positive).sum() == too_far.sum() + 1,
    en="The text's head, a weight and a bias on one dot product, can only keep an order or reverse it. Of ten "
    "starts {upright} end with a positive weight and the AUC of the plain dot product ({auc:.3f}); "
    "{reversed} start below 0 and end with the reverse ({reverse_auc:.3f}): {too_far} too far below for "
    "{steps} steps of at most about 0.001, and one within that reach, at {near:.2f}. A rate of 0.03 brings "
    "all to {auc:.3f}, and none higher.",
    zh="文章的输出头是点积上的一个权重和一个偏置，只能保持顺序或颠倒顺序。十个起点里，{upright} 个最终权重为正，AUC "
    "与点积本身相同（{auc:.3f}）；另外 {reversed} 个从 0 以下出发，得到颠倒的顺序（{reverse_auc:.3f}）：其"
    "中 {too_far} 个起点太低，{steps} 步、每步至多约 0.001，走不到；还有一个从 {near:.2f} 出发，本来够得着，"
    "也没有走到。学习率取 0.03，全部到 {auc:.3f}，没有一个更高。",
    upright=int(positive.sum()), reversed=int((~positive).sum()), auc=auc, reverse_auc=1 - auc, steps=n_steps,
    too_far=int(too_far.sum()), near=np.array(starts)[~positive].max(),
)

# %% [markdown] lang="en"
# And the labels? If each row of the log is a 1, as a log of what people did suggests, there is nothing to tell apart. The loss does not complain:

# %% [markdown] lang="zh"
# 标签呢？日志记的是人们做过的事，如果每行都标为 1，就没有什么可区分的了。损失却看不出问题：

# %%
_, ones_b, ones_loss, _ = train_heads([0.5], np.ones_like(fit_labels), rate=0.01)
recbook.claim(
    ones_loss[-1] < 0.15 < ones_loss[0] and ones_b[-1, 0] > 1,
    takeaway=False,
    en="With nothing but ones for labels the loss falls from {first:.2f} to {last:.2f} in 10 epochs "
    "(rate 0.01). All that was learned is to say yes.",
    zh="标签全是“是”时，损失在 10 个轮次里从 {first:.2f} 降到 {last:.2f}（学习率 0.01）。学到的只是一律"
    "回答“是”。",
    first=ones_loss[0], last=ones_loss[-1],
)

# %% [markdown] lang="en"
# ## Towers that can learn
#
# A list changes when the *vectors* change. So let the user's and the film's vector be learned. In the **two-tower model** each side has a tower, which makes a vector of 64 numbers:
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$
#
# For user $i$: $P_i$ is a free vector of the user's own, a row of $P$, shape $(943, 64)$; $x_i$, of shape $(384,)$, the mean of the title vectors in the user's history, and $A$, $(384, 64)$, a projection. For film $j$ likewise $Q$, $(1682, 64)$; the title vector $y_j$, and $B$, $(384, 64)$. The bias $b_j$ is one number a film: how often it is watched, all in all. $P_i$ and $Q_j$ are called **ID embeddings**, here **identities** for short: they hold nothing but who is who, and are learned from interactions. $x_i A$ and $y_j B$ are the **text** part: it has a vector even for a film that nobody has seen. (The title vectors have their common mean taken off, as in chapter 05: `towers.centred`.)
#
# **Exercise 3.** How many trainable parameters does this model have? ({points})

# %% [markdown] lang="zh"
# ## 能学习的双塔
#
# 要改变列表，就得改变*向量*。所以让用户和电影的向量可以学习。在**双塔模型**里，两边各有一座塔，输出 64 维的向量：
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$
#
# 对用户 $i$：$P_i$ 是用户专有的自由向量，即 $P$（形状 $(943, 64)$）的一行；$x_i$ 的形状是 $(384,)$，是用户历史里片名向量的平均；$A$ 是投影矩阵，$(384, 64)$。对电影 $j$ 同样有 $Q$，$(1682, 64)$；片名向量 $y_j$；$B$，$(384, 64)$。偏置 $b_j$ 每部电影一个数，反映它总体上有多常被观看。$P_i$ 和 $Q_j$ 称为 **ID 嵌入**（ID embedding）：只区分谁是谁，要靠交互（interaction）来学。$x_i A$ 和 $y_j B$ 是**文本**（text）部分：没人看过的电影，它也能给出向量。（片名向量已减去共同的均值，同第 05 章：`towers.centred`。）
#
# **练习 3** 这个模型有多少个可训练的参数？（{points}）

# %% exercise="tensorflow-parameters" points=1
def n_parameters(n_users, n_items, d, width):
    """en: The number of trainable parameters of the two-tower model; d numbers a text vector, width
    en: numbers a tower's vector. The text vectors are not trained; only films have a bias.
    zh: 双塔模型可训练的参数个数；文本向量 d 维，塔的输出 width 维。文本向量本身不训练；只有电影有
    zh: 偏置。"""
    ### BEGIN SOLUTION
    return (n_users + n_items) * width + 2 * d * width + n_items
    ### END SOLUTION

# %% check="tensorflow-parameters"
recbook.check("tensorflow-parameters", n_parameters)

# %% [markdown] lang="en"
# ### Two losses
#
# Each row of the log is a positive. With it come **sampled negatives**: films drawn at random, here 256 for each batch, shared by all its rows (**negative sampling**, as in chapter 03). Two losses can use them; log is the natural logarithm.
#
# **Sampled softmax**: the positive competes with its negatives. With $s^+$ its score and $s_1, \dots, s_m$ theirs,
#
# $$\ell = -\log \frac{e^{s^+}}{e^{s^+} + \sum_k e^{s_k}}$$
#
# **Sigmoid cross-entropy**: each pair by itself is a yes or no, and the negatives together weigh $c$:
#
# $$\ell = -\log \sigma(s^+) - \frac{c}{m} \sum_k \log \sigma(-s_k)$$
#
# By pencil, in units of $\log 2$: a positive with score 2, negatives with 1 and 0. Softmax: $2^2 / (2^2 + 2 + 1) = 4/7$, so $\ell = \log \tfrac74 = 0.560$. Sigmoid with $c = 1$: $-\log \sigma(2 \log 2) = \log \tfrac54$, then $\log 3$ and $\log 2$, so $\ell = \log \tfrac54 + \tfrac12 \log 6 = 1.119$.

# %% [markdown] lang="zh"
# ### 两种损失
#
# 日志的每一行是一个正样本。给它配上**采样的负样本**：随机抽的电影，这里每批 256 部，批内各行共用（**负采样**（negative sampling），同第 03 章）。有两种损失可以利用它们；log 是自然对数。
#
# **采样 softmax**：正样本与负样本竞争。记 $s^+$ 为正样本的得分，$s_1, \dots, s_m$ 为负样本的得分，
#
# $$\ell = -\log \frac{e^{s^+}}{e^{s^+} + \sum_k e^{s_k}}$$
#
# **sigmoid 交叉熵**（cross-entropy）：每一对都是一个单独的二分类问题，负样本合起来的权重是 $c$：
#
# $$\ell = -\log \sigma(s^+) - \frac{c}{m} \sum_k \log \sigma(-s_k)$$
#
# 笔算，以 $\log 2$ 为单位：正样本得分 2，负样本得分 1 和 0。softmax：$2^2 / (2^2 + 2 + 1) = 4/7$，所以 $\ell = \log \tfrac74 = 0.560$。sigmoid，$c = 1$：$-\log \sigma(2 \log 2) = \log \tfrac54$，然后是 $\log 3$ 和 $\log 2$，所以 $\ell = \log \tfrac54 + \tfrac12 \log 6 = 1.119$。

# %%
from recbook.tf import dot

positive_score, negative_scores = np.log([4.0]), np.log([[2.0, 1.0]])
softmax = float(dot.softmax_loss(positive_score, negative_scores))
sigmoid = float(dot.sigmoid_loss(positive_score, negative_scores, negative_weight=1.0))
print(f"{softmax = :.3f}, {np.log(7 / 4) = :.3f}")
print(f"{sigmoid = :.3f}, {np.log(5 / 4) + np.log(6) / 2 = :.3f}")

# %% [markdown] lang="en"
# The losses take the scores themselves, called **logits**, not $\sigma$ of them. Computed from $\sigma$, a score of 800 gives a probability of exactly 1 in the computer, and the other side $\log 0$. Computed from the score, $-\log \sigma(-s) = \log(1 + e^{s})$ is about $s$. Keras's loss asks `from_logits=True` for that; forget it, and scores are taken for probabilities without a word. But mind that $e^{800}$ itself is too large for the computer: the formula must be brought to a form that takes $e$ to negative powers only.
#
# **Exercise 4.** Write binary cross-entropy from logits, for scores of any size. ({points})

# %% [markdown] lang="zh"
# 两种损失用的都是得分本身，叫 **logits**，而不是 $\sigma$ 之后的值。先算 $\sigma$ 的话，得分为 800 时概率在计算机里恰好是 1，另一边就是 $\log 0$。直接用得分算，$-\log \sigma(-s) = \log(1 + e^{s})$，约等于 $s$。Keras 的损失要写 `from_logits=True`；忘了写，得分就被当成概率，而且没有任何提示。但要注意，$e^{800}$ 本身也会溢出：公式要先化成只含 $e$ 的负数次方的形式。
#
# **练习 4** 由 logits 写出二元交叉熵，得分再大也要算得对。（{points}）

# %% exercise="tensorflow-logits" points=2
def loss_from_logits(scores, labels):
    """en: Mean of -log sigma(s) where the label is 1 and -log sigma(-s) where it is 0; NumPy arrays
    en: scores (n,), as large as 1000 either way, and labels (n,); natural logarithm.
    zh: 标签为 1 时是 -log sigma(s)，为 0 时是 -log sigma(-s)，取平均；NumPy 数组 scores (n,)，
    zh: 绝对值可达 1000，labels (n,)；自然对数。"""
    ### BEGIN SOLUTION
    against = np.where(np.asarray(labels) == 1, -scores, scores)
    return np.logaddexp(0, against).mean()
    ### END SOLUTION

# %% check="tensorflow-logits"
recbook.check("tensorflow-logits", loss_from_logits)

# %% [markdown] lang="en"
# A film drawn as a negative may be the very film of some row. For that row it must not count, or the model is told yes and no about one film. So in the table of the negatives' scores, shape $(n, m)$, a row a positive and a column a drawn film, the score is set to $-\infty$ where the column's film is the row's own, and nowhere else.
#
# **Exercise 5.** Write the sampled softmax with that rule. ({points})

# %% [markdown] lang="zh"
# 抽作负样本的电影，可能正是某一行的正样本。对那一行，它不能算数，否则同一部电影的标签既是正又是负。负样本得分排成 $(n, m)$ 的表，一行对应一个正样本，一列对应一部抽出的电影；只有某列的电影正是某行自己的电影时，才把那一格设为 $-\infty$，别处不动。
#
# **练习 5** 按这条规则写出采样 softmax 损失。（{points}）

# %% exercise="tensorflow-negatives" points=2
def sampled_softmax(positive, negative, items, drawn):
    """en: Mean loss of n rows, NumPy arrays: positive (n,) are the scores of the films items (n,),
    en: negative (n, m) those of the drawn films (m,). A drawn film that is a row's own is left out
    en: of that row.
    zh: n 行的平均损失，都是 NumPy 数组：positive (n,) 是电影 items (n,) 的得分，negative (n, m) 是
    zh: 抽出的电影 drawn (m,) 的得分。抽到的若正是某行自己的电影，那一行不算它。"""
    ### BEGIN SOLUTION
    own = np.asarray(drawn)[None, :] == np.asarray(items)[:, None]
    scores = np.concatenate([positive[:, None], np.where(own, -np.inf, negative)], axis=1)
    return np.mean(np.logaddexp.reduce(scores, axis=1) - positive)
    ### END SOLUTION

# %% check="tensorflow-negatives"
recbook.check("tensorflow-negatives", sampled_softmax)

# %% [markdown] lang="en"
# ### The pipeline
#
# **tf.data** makes batches while the model computes. A `Dataset` is a recipe; each method adds a step to it: `shuffle` draws rows from a buffer, `batch` cuts, `prefetch` makes the next batch ready. The order of the steps matters: shuffle *before* batch mixes the rows, after it only the batches, each of which keeps its neighbours in the log for ever.
#
# **Exercise 6.** Make the batches of an epoch by hand, shuffled first. `order` holds the row numbers 0, 1, 2, … in shuffled order. Which rows would share a batch if you cut first and shuffled afterwards? ({points})

# %% [markdown] lang="zh"
# ### 数据管道
#
# **tf.data** 在模型计算的同时准备批次。`Dataset` 是一份流程，每个方法给它加一步：`shuffle` 从缓冲区随机取行，`batch` 切成批，`prefetch` 提前备好下一批。步骤的顺序很重要：先 `shuffle` 后 `batch`，打乱的是行；反过来只打乱了批的顺序，每一批里永远是日志里相邻的那些行。
#
# **练习 6** 亲手做出一个轮次的批次，先打乱。`order` 是打乱之后的行号，即 0、1、2……的一个排列。如果先切批再打乱，哪些行会总在同一批里？（{points}）

# %% exercise="tensorflow-batches" points=1
def epoch_batches(rows, order, size):
    """en: The batches of one epoch, a list of lists: first the rows in the given order, rows[order[0]],
    en: rows[order[1]], ..., then cut into pieces of `size`; the last one may be shorter.
    zh: 一个轮次的批次，列表的列表：先按 order 排列各行，即 rows[order[0]]、rows[order[1]]……，再切成
    zh: 每批 size 行；最后一批可以短些。"""
    ### BEGIN SOLUTION
    shuffled = [rows[place] for place in order]
    return [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    ### END SOLUTION

# %% check="tensorflow-batches"
recbook.check("tensorflow-batches", epoch_batches)

# %% [markdown] lang="en"
# The negatives belong in the pipeline too. Two ways to draw them look alike. Compare two epochs, negative by negative:

# %% [markdown] lang="zh"
# 负样本也放进管道里。下面两种抽法看上去差不多。把两个轮次的负样本逐个比一比：

# %%
known = np.unique(split.train.item)
pairs = tf.data.Dataset.from_tensor_slices((split.train.user, split.train.item)).batch(1024)


def in_map(user, item):
    return tf.random.uniform((256,), maxval=len(known), dtype=tf.int64, seed=0)


def of_its_own():
    numbers = tf.data.Dataset.random(seed=0, rerandomize_each_iteration=True)
    return numbers.batch(256).map(lambda drawn: drawn % len(known)).take(len(pairs))


ways = {"drawn in map": pairs.map(in_map), "a dataset of its own": of_its_own()}
same = {way: np.mean([one == two for one, two in zip(list(data.as_numpy_iterator()), data.as_numpy_iterator())])
        for way, data in ways.items()}
rows_shown = [(plots.name(way), f"{share:.1%}") for way, share in same.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", "same in both epochs"]))

# %%
recbook.claim(
    same["drawn in map"] == 1 and same["a dataset of its own"] < 0.01,
    takeaway=False,
    en="A seeded draw inside `map` starts again with each epoch: every batch of the second epoch gets the "
    "256 negatives that it got in the first. A dataset that draws anew does not.",
    zh="写在 `map` 里、带种子的抽样，每个轮次都从头开始：第二个轮次的每一批，负样本与第一个轮次的 256 个"
    "完全相同。换成每个轮次重新抽取的数据集，就不会这样。",
)

# %%
def pipeline(log, settings):
    """en: Batches of (users, items, negatives) for one epoch, drawn anew each time.
    zh: 一个轮次的批次（用户，物品，负样本），每次重新抽取。"""
    columns = (log.user, log.item, np.unique(log.item))
    users, items, known = (tf.constant(column, tf.int64) for column in columns)
    # en: shuffle makes a new order in each epoch even with a seed: that is its default.
    # zh: shuffle 即使带种子，每个轮次也会重新打乱：这是它的默认设置。
    rows = tf.data.Dataset.range(log.n).shuffle(log.n, seed=0).batch(settings.batch_size)
    numbers = tf.data.Dataset.random(seed=0, rerandomize_each_iteration=True).batch(settings.negatives)

    def look_up(rows, numbers):
        return tf.gather(users, rows), tf.gather(items, rows), tf.gather(known, numbers % len(known))

    return tf.data.Dataset.zip(rows, numbers).map(look_up).prefetch(2)


settings = towers.TowerSettings()
users, items, negatives = next(iter(pipeline(split.train, settings)))
print(f"{users.shape = }, {items.shape = }, {negatives.shape = }")

# %% [markdown] lang="en"
# ### The model
#
# Our model is a class of its own. `fit` by itself wants an input and a label; our negatives are shared by all rows of a batch, and the loss is our own. So we write `train_step`, what `fit` does with a batch: a **GradientTape** records how the loss was computed, and plays the record back for the gradients. `add_weight` makes what is learned; `against` scores each user with each film, `call` only pair by pair. `loss_of` is exercise 5 in TensorFlow: the user's vectors are made once, and meet the positives pair by pair, the negatives all with all. `built` tells Keras that all weights are there.

# %% [markdown] lang="zh"
# ### 模型
#
# 我们的模型要写成自己的类。`fit` 默认要的是一个个输入和标签，而这里的负样本由一批里的各行共用，损失也是自己定的。所以要写 `train_step`，规定 `fit` 怎样处理一个批次：**梯度带**（GradientTape）记下损失的计算过程，再沿着记录倒推出梯度。`add_weight` 创建要学的参数；`against` 给每位用户与每部电影打分，`call` 只逐对打分。`loss_of` 就是练习 5 的 TensorFlow 版：用户向量只算一次，与正样本逐对相乘，与负样本两两相乘。`built` 告诉 Keras，权重已经齐了。

# %%
class TwoTowers(keras.Model):
    def __init__(self, weights, user_features, item_features):
        super().__init__()
        self.features = {"user": tf.constant(user_features), "item": tf.constant(item_features)}
        self.learned = {name: self.add_weight(name=name, shape=w.shape) for name, w in weights.items()}
        for name, start in weights.items():
            self.learned[name].assign(start)
        self.built = True

    def tower(self, side, index):  # (n,) -> (n, 64)
        vectors = tf.gather(self.learned[f"{side}_identity"], index)
        if f"{side}_projection" in self.learned:
            vectors += tf.gather(self.features[side], index) @ self.learned[f"{side}_projection"]
        return vectors

    def against(self, users, items):  # (n,), (m,) -> (n, m)
        bias = tf.gather(self.learned["item_bias"], items)
        return self.tower("user", users) @ tf.transpose(self.tower("item", items)) + bias

    def call(self, pairs):  # (n,), (n,) -> (n,)
        users, items = pairs
        bias = tf.gather(self.learned["item_bias"], items)
        return tf.reduce_sum(self.tower("user", users) * self.tower("item", items), axis=1) + bias

# %%
class Trained(TwoTowers):
    def loss_of(self, users, items, negatives):
        u, bias = self.tower("user", users), self.learned["item_bias"]
        own = tf.reduce_sum(u * self.tower("item", items), axis=1) + tf.gather(bias, items)
        others = u @ tf.transpose(self.tower("item", negatives)) + tf.gather(bias, negatives)
        others = tf.where(negatives == items[:, None], -np.inf, others)
        return dot.softmax_loss(own, others)

    def train_step(self, batch):
        with tf.GradientTape() as tape:
            loss = self.loss_of(*batch)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(dot.whole(gradients), self.trainable_weights)
        return {"loss": loss}

# %% [markdown] lang="en"
# What is `dot.whole`? The gradient of a lookup, `tf.gather`, does not come as a table, but in pieces, one for each time that a row was looked up (`IndexedSlices`). They have to be added up. Adam keeps a mean of *squared* gradients, and the square of a sum is not the sum of squares: $(1 + 1)^2 = 4$, $1^2 + 1^2 = 2$. One row, looked up twice with gradient 1 each time, against the same gradient as a table:

# %% [markdown] lang="zh"
# `dot.whole` 是什么？查表 `tf.gather` 的梯度不是一张完整的表，而是一片一片的，一行每被查一次就有一片（`IndexedSlices`），需要加起来。Adam 要记录梯度*平方*的平均，而和的平方不等于平方的和：$(1 + 1)^2 = 4$，$1^2 + 1^2 = 2$。让同一行被查两次，每次梯度为 1，再与合成整表的同一个梯度比较：

# %%
pieces = tf.IndexedSlices(tf.ones((2, 1)), tf.constant([0, 0]), dense_shape=(1, 1))
steps = {}
for kind, gradient in (("in pieces", pieces), ("added up", tf.convert_to_tensor(pieces))):
    row = keras.Variable(np.zeros((1, 1)))
    keras.optimizers.Adam(0.1).apply([gradient], [row])
    steps[kind] = -float(row.numpy()[0, 0])
rows_shown = [(plots.name(kind), step) for kind, step in steps.items()]
plots.table(pd.DataFrame(rows_shown, columns=["gradient", "first step"]))

# %% [markdown] lang="en"
# Adam's first step is the learning rate, here 0.1. In pieces it is $\sqrt 2$ times as long (in the Keras version that these pages were made with), and for a film that stands in a batch 50 times up to $\sqrt{50}$ times. Adding up first is right in every version.
#
# Is our class the model that `recbook` tests against PyTorch, `dot.TwoTower`? Same weights, same batches, five steps. `dot.adam` is Adam with a learning rate that falls in a straight line to 0 over all steps.

# %% [markdown] lang="zh"
# Adam 的第一步应等于学习率，这里是 0.1。梯度分片时，步长是应有的 $\sqrt 2$ 倍（本页运行时所用的 Keras 版本）；如果一部电影在一批里出现 50 次，可达 $\sqrt{50}$ 倍。先加起来，在任何版本里都是对的。
#
# 我们的类，就是 `recbook` 里与 PyTorch 对照测试过的 `dot.TwoTower` 吗？同样的权重，同样的批次，走五步。`dot.adam` 是学习率在全部步数里沿直线降到 0 的 Adam。

# %%
from itertools import islice

item_features = towers.centred(title_vectors)
user_features = towers.user_features(split.train, item_features)
weights = towers.start_weights(ratings.n_users, ratings.n_items, 384, settings)


def five_losses(model, **options):
    model.compile(dot.adam(split.train, settings), **options)
    first_five = islice(towers.batches(split.train, settings), 5)
    return [float(model.train_step(batch)["loss"]) for batch in first_five]


mine = five_losses(Trained(weights, user_features, item_features))
twins = five_losses(dot.TwoTower(weights, user_features, item_features), settings=settings)
recbook.claim(
    np.allclose(mine, twins, rtol=1e-5) and mine[-1] < mine[0],
    takeaway=False,
    en="Five training steps of our class and of `dot.TwoTower` give the same losses (relative difference "
    "at most 1e-5).",
    zh="我们的类与 `dot.TwoTower` 各训练五步，损失相同（相对误差不超过 1e-5）。",
)

# %% [markdown] lang="en"
# ### Which loss?
#
# Each loss was tried with 12 settings: four learning rates, times three numbers of negatives for the softmax, or three weights $c$ for the sigmoid, which always had 256 negatives. So compare them at 256 too. Each was trained with identities only, for 12 epochs, with one seed, and judged on the **validation set** (stored results).

# %% [markdown] lang="zh"
# ### 用哪种损失？
#
# 两种损失各试了 12 组设置：都是四个学习率，softmax 配三种负样本数，sigmoid 配三个权重 $c$，负样本始终是 256 个。所以也要在 256 个时比一比。每组都只用 ID 嵌入，训练 12 个轮次，一个随机种子，在**验证集**（validation set）上评判（存好的结果）。

# %%
stored, measured = recbook.stored("two_towers")["results"], recbook.stored("towers")["results"]
grids = {loss: np.array(found["ndcg@10"]) for loss, found in stored["grid"].items()}
figures.loss_grids(stored["grid"])

# %%
best_of = {loss: grid.max() for loss, grid in grids.items()}
seeds = measured["keras"]["identity, own rate"]["valid"]
with_text = {loss: np.array(values) for loss, values in stored["both"].items()}
at_256 = grids["softmax"][:, stored["grid"]["softmax"]["negatives"].index(256)]
best_rate = stored["grid"]["softmax"]["rates"][grids["softmax"].max(axis=1).argmax()]
recbook.claim(
    (at_256 > grids["sigmoid"].max(axis=1)).all() and abs(seeds[0] - best_of["softmax"]) < 1e-4
    and with_text["softmax"].mean() > with_text["sigmoid"].mean() + 0.005
    and with_text["softmax"].min() < with_text["sigmoid"].max(),
    takeaway=False,
    en="With 256 negatives the sampled softmax is above the best sigmoid cross-entropy at each of four rates "
    "(best validation NDCG@10 {softmax:.4f}, at the rate {rate}, and {sigmoid:.4f}; one seed). The best of "
    "many is partly luck: two more seeds give {second_seed:.4f} and {third_seed:.4f}. With text, over "
    "three seeds, the means are {softmax_text:.4f} and {sigmoid_text:.4f}, and the seeds overlap (stored).",
    zh="同样用 256 个负样本，采样 softmax 在四个学习率上都高于 sigmoid 交叉熵最好的一组（最好的验证集 NDCG@10 "
    "为 {softmax:.4f}（学习率 {rate}）和 {sigmoid:.4f}；一个种子）。从许多组里挑最好的，多少有运气：再换两"
    "个种子，得 {second_seed:.4f} 和 {third_seed:.4f}。加上文本，三个种子的平均为 {softmax_text:.4f} 和 "
    "{sigmoid_text:.4f}，但各种子的成绩有重叠（存好的结果）。",
    softmax=best_of["softmax"], sigmoid=best_of["sigmoid"], second_seed=seeds[1], third_seed=seeds[2],
    rate=best_rate, softmax_text=with_text["softmax"].mean(), sigmoid_text=with_text["sigmoid"].mean(),
)

# %% [markdown] lang="en"
# That speaks for the softmax, if not loudly. A likely reason: it compares films *for one user*, which is what a list does. The sigmoid must also get the level of each probability right, which no list asks for. We go on with the softmax.
#
# ### Callbacks, and when to stop
#
# `fit` calls **callbacks** at fixed moments: after a batch, after an epoch. Ours scores all films for all users after each epoch, by the course's protocol on the validation films, keeps the best weights, and stops when a number of epochs, its **patience**, has passed without a new best (**early stopping**). It also notes the training loss, to see whether that would do as a judge.

# %% [markdown] lang="zh"
# 可见 softmax 略占优势，但也只能说到这一步。一个可能的原因：softmax 比较的是*同一位用户*的各部电影，推荐列表要的正是这个。sigmoid 还要把每个概率的大小算准，而列表并不需要。下面用 softmax。
#
# ### 回调，以及何时停止
#
# `fit` 在固定的时刻调用**回调**（callback）：一个批次之后，一个轮次之后。我们的回调在每个轮次之后，按课程的协议，用验证集给所有用户的所有电影打分，保留最好的权重；如果连续若干个轮次没有新的最好成绩，就停止训练（**早停**，early stopping），这个轮次数叫**耐心值**（patience）。它也记下训练损失，看看能不能用来评判。

# %%
from tqdm.auto import tqdm

from recbook.evaluation import evaluate, evaluate_scores, truth

everyone, all_films = np.arange(ratings.n_users), np.arange(ratings.n_items)


def judge(model, on):
    scores = model.against(everyone, all_films).numpy()
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())

# %%
class BestOnValidation(keras.callbacks.Callback):
    def __init__(self, patience):
        super().__init__()
        self.patience = patience

    def on_train_begin(self, logs=None):
        self.losses, self.seen, self.bar = [], [], tqdm(total=self.params["epochs"], leave=False)

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(float(logs["loss"]))

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(judge(self.model, "valid")["ndcg@10"])
        self.bar.update()
        if np.argmax(self.seen) == epoch:
            self.best = self.model.get_weights()
        self.model.stop_training = epoch - np.argmax(self.seen) >= self.patience

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best)
        self.bar.close()

# %% [markdown] lang="en"
# Train our class twice. First with identities and text: the learning rate starts at 0.007, of seven rates the best on validation for these towers (for identities alone: 0.012), and would fall to 0 over 12 epochs. Then with identities alone, and carelessly: a rate of 0.03, and a plan of 30 epochs. The patience is 3 in both. Half a minute at most.

# %% [markdown] lang="zh"
# 用我们的类训练两次。第一次用 ID 嵌入加文本：学习率从 0.007 开始，在七个学习率中，它对这种双塔在验证集上最好（只用 ID 嵌入时是 0.012），在 12 个轮次里降到 0。第二次只用 ID 嵌入，故意随便设置：学习率 0.03，计划 30 个轮次。耐心值都是 3。最多半分钟。

# %%
from dataclasses import replace


def train(model, settings, patience=3):
    """en: Fit on batches from the pipeline; returns validation NDCG@10 and mean loss of each epoch.
    zh: 用数据管道里的批次训练；返回每个轮次的验证集 NDCG@10 和平均损失。"""
    keras.utils.set_random_seed(0)
    # en: The pipeline shuffles, so fit need not.
    # zh: 管道里已经打乱，fit 不必再打乱。
    model.compile(dot.adam(split.train, settings))
    follow = BestOnValidation(patience)
    model.fit(pipeline(split.train, settings), epochs=settings.epochs, verbose=0,
              callbacks=[follow], shuffle=False)
    return follow.seen, np.reshape(follow.losses, (len(follow.seen), -1)).mean(axis=1)

# %% tags=["nbval-ignore-output"]
# en: replace copies the settings with one of them changed.
# zh: replace 复制一份设置，只改其中一项。
careless = replace(settings, text=False, learning_rate=0.03, epochs=30)
no_text = towers.start_weights(ratings.n_users, ratings.n_items, 0, careless)
both = Trained(weights, user_features, item_features)
runs = {"both, planned": train(both, settings)}
runs["identity, careless"] = train(Trained(no_text, user_features, item_features), careless)
figures.stopping(runs)

# %% tags=["nbval-ignore-output"]
stopped, falling = runs["identity, careless"]
recbook.claim(
    len(stopped) < 15 and (np.diff(falling) < 0).all() and np.argmax(stopped) == len(stopped) - 4,
    en="The careless run was stopped after {epochs} of 30 epochs: the last 3 brought no new best (NDCG@10 "
    "{best:.3f} at its best, {last:.3f} at the end), while the training loss fell in every epoch, from "
    "{first_loss:.2f} to {last_loss:.2f}. So the training loss cannot tell when to stop.",
    zh="随便设置的那次训练，计划 30 个轮次，到第 {epochs} 个就停了：最后 3 个轮次没有新的最好成绩（NDCG@10 最"
    "好 {best:.3f}，最后 {last:.3f}），而训练损失每个轮次都在下降，从 {first_loss:.2f} 降到 "
    "{last_loss:.2f}。所以训练损失说明不了何时该停。",
    epochs=len(stopped), best=max(stopped), last=stopped[-1], first_loss=falling[0], last_loss=falling[-1],
)

# %% [markdown] lang="en"
# How much patience, and is the falling rate needed? Single curves cannot say. Here are stored ones, all 12 epochs, three seeds for each of four ways at the rate 0.007: what the last epoch has, what the best epoch has, and what a patience of 1, 3 or 5 would have kept (means, NDCG@10 on validation).

# %% [markdown] lang="zh"
# 耐心值取多大合适？学习率非得逐渐降低吗？一条曲线说明不了。下面是存好的曲线，都训练满 12 个轮次，四种做法，学习率从 0.007 开始，各三个随机种子：最后一个轮次的成绩，最好的轮次的成绩，以及耐心值取 1、3、5 时会保留的成绩（验证集 NDCG@10 的平均）。

# %%
def kept(seen, patience):
    best = 0
    for epoch, value in enumerate(seen):
        best = epoch if value > seen[best] else best
        if epoch - best >= patience:
            break
    return seen[best]


schedules = measured["schedules"]
looks = {"last epoch": lambda run: run[-1], "best epoch": max}
looks |= {f"patience {p}": lambda run, p=p: kept(run, p) for p in (1, 3, 5)}
table = {way: [np.mean([look(run) for run in runs]) for look in looks.values()]
         for way, runs in schedules.items()}
rows_shown = [(plots.name(way), *(f"{value:.4f}" for value in values)) for way, values in table.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", *looks]))

# %%
last, best, impatient, _, patient = np.array([table[way] for way in schedules]).T
constant = np.array([way.endswith("constant") for way in schedules])
gap = best - last
recbook.claim(
    (best > impatient + 0.005).all() and gap[constant].min() > 0.005 and gap[~constant].max() < 0.002
    and best[~constant][0] < best[constant][0] and best[~constant][1] > best[constant][1],
    takeaway=False,
    en="A falling rate makes the last epoch a good one: it is {falling_low:.4f} to {falling_high:.4f} below "
    "the best (validation NDCG@10), at a constant rate {constant_low:.4f} to {constant_high:.4f}. Its best "
    "epoch is higher for identities with text ({text_falling:.4f}, constant {text_constant:.4f}), not for "
    "identities alone ({alone_falling:.4f}, {alone_constant:.4f}). Stopping at the first epoch without a "
    "gain misses the best everywhere (three seeds each, stored).",
    zh="学习率逐渐降低，最后一个轮次就不差：只比最好的低 {falling_low:.4f} 到 {falling_high:.4f}（验证集 "
    "NDCG@10），学习率恒定时低 {constant_low:.4f} 到 {constant_high:.4f}。至于最好的轮次，ID 嵌入加文本是降"
    "低学习率的更高（{text_falling:.4f}，恒定为 {text_constant:.4f}），只用 ID 嵌入则不然（"
    "{alone_falling:.4f}，{alone_constant:.4f}）。一个轮次没有提高就停止，四种做法都会错过最好的轮次（各三"
    "个随机种子，存好的结果）。",
    falling_low=gap[~constant].min(), falling_high=gap[~constant].max(), constant_low=gap[constant].min(),
    constant_high=gap[constant].max(), text_falling=best[~constant][1], text_constant=best[constant][1],
    alone_falling=best[~constant][0], alone_constant=best[constant][0],
)

# %% [markdown] lang="en"
# ### A list for a real user
#
# The model is trained. Three users of MovieLens: number 6, a man of 42, an executive; number 23, a woman of 30, an artist; number 223, a woman of 19, a student. On the left the ten films that each liked last (4 or 5 stars), the latest first: the log is not in the order of time, so sort it first. On the right the top 10 of the towers. What a user has rated is left out (the hidden test film is not among these).

# %% [markdown] lang="zh"
# ### 给真实用户的列表
#
# 模型训练好了。看 MovieLens 的三位用户：6 号，男，42 岁，高管；23 号，女，30 岁，艺术家；223 号，女，19 岁，学生。左边是各人最近喜欢（4 星或 5 星）的十部电影，最近的在前：日志不是按时间排列的，要先排序。右边是双塔推荐的前 10 部。评过分的不再推荐（留作测试的那部不在其中）。

# %% tags=["nbval-ignore-output"]
def recommended(model, user, n=10):
    scores = model.against(np.array([user]), all_films).numpy()[0]
    scores[history.item[history.user == user]] = -np.inf
    return titles[np.argsort(-scores, kind="stable")[:n]]


def liked_last(user, n=10):
    films = history.item[in_time][(history.user[in_time] == user) & (history.rating[in_time] >= 4)]
    return titles[films[::-1][:n]]


history = split.history("test")
in_time = np.argsort(history.timestamp, kind="stable")
for number in (6, 23, 223):
    lists = {"liked last": liked_last(number - 1), "recommended": recommended(both, number - 1)}
    plots.table(pd.DataFrame(lists), caption=f"{plots.name('user')} {number}")

# %% [markdown] lang="en"
# ### Scores on the test set
#
# So far the **test set** has not been used, and no setting was chosen on it. Beside the models: popularity, and EASE, the strong simple one of chapter 01.

# %% [markdown] lang="zh"
# ### 测试集上的成绩
#
# 到此为止没有用过测试集（test set），也没有哪个设置是在它上面选的。旁边放上流行度基线和第 01 章那个简单而强的 EASE。

# %% tags=["nbval-ignore-output"]
from recbook.evaluation import bootstrap
from recbook.models import EASE, Popularity

plain_dot = towers.user_features(history, title_vectors) @ title_vectors.T
reports = {
    "popularity": evaluate(Popularity(), split),
    "the text's head": evaluate_scores(plain_dot, truth(split), exclude=history.matrix()),
    "towers, both": judge(both, "test"),
    "EASE": evaluate(EASE(), split),
}
plots.ranking(reports, mark="towers, both",
              en="The text's head stays below popularity", zh="文章的输出头，不如流行度基线")

# %% tags=["nbval-ignore-output"]
head_below = reports["popularity"].difference(reports["the text's head"], "ndcg@10")
learned = reports["towers, both"].difference(reports["the text's head"], "ndcg@10")
recbook.claim(
    head_below.low > 0.01 and learned.low > 0.015,
    takeaway=False,
    en="On the test films the plain dot product of the title vectors, which is all that the text's head can "
    "show, is {popular_low:.3f} to {popular_high:.3f} NDCG@10 below popularity, and {towers_low:.3f} to "
    "{towers_high:.3f} below the towers with identities and text in this one run.",
    zh="在测试集上，片名向量直接求点积，也就是文章的输出头所能达到的，比流行度基线低 {popular_low:.3f} 到 "
    "{popular_high:.3f}（NDCG@10），比这一次训练的 ID 嵌入加文本的双塔低 {towers_low:.3f} 到 "
    "{towers_high:.3f}。",
    popular_low=head_below.low, popular_high=head_below.high, towers_low=learned.low, towers_high=learned.high,
)

# %% [markdown] lang="en"
# The bar to pass is popularity, which holds nothing about a single user. But one training run is one throw of the dice: with other first weights and batches the result moves, perhaps by as much as separates two models. A comparison takes several seeds.
#
# ### Identities, text, both: warm films and hidden ones
#
# Three kinds of towers, all at the rate 0.007, which was chosen for identities with text. On the left **warm films**, those with ratings in training: the test films as above, three seeds; one film is to be found among all. On the right **hidden films**, which take no part in training and so stand for items in **cold start**: a fifth of all films, drawn at random, five times, ranked among themselves; those rated 4 or more are to be found. The tasks differ, so do not compare values from left to right. For "… untrained at 0" the random $Q_j$ of the hidden films are set to 0 after training. The results are stored; one fit is run live below.

# %% [markdown] lang="zh"
# 要胜过的是流行度基线，它不涉及任何一位用户的偏好。但训练一次只是掷一次骰子：换一组初始权重和批次，成绩就会变动，变动也许与两个模型的差距一样大。要比较模型，得用几个随机种子。
#
# ### ID 嵌入、文本、两者：有交互的电影与隐藏的电影
#
# 三种双塔，学习率都是 0.007，它是为 ID 嵌入加文本选的。左边是**有交互的电影**，即训练集里有评分的：就是上面的测试集，三个随机种子，从全部电影里找出一部。右边是**隐藏的电影**：完全不参与训练，用来模拟物品**冷启动**（cold start）；随机抽五分之一，共抽五次，模型只给隐藏的电影排序，要找的是评分 4 分及以上的。这是两个不同的任务，左右的数值不能相比。“……未训练的置 0”是在训练之后，把隐藏电影的随机向量 $Q_j$ 设为 0。结果是存好的，其中一个在下面现场运行。

# %%
warm, hidden = measured["keras"], measured["hidden"]
kinds = ("identity", "text", "both")
baselines = {name: measured["warm"][name]["test"] for name in ("popularity", "EASE")}
figures.warm_and_hidden(
    {kind: warm[kind]["test"] for kind in kinds} | baselines,
    {kind: hidden[kind] for kind in ("random", *kinds, "both, untrained at 0", "ridge")},
)

# %% [markdown] lang="en"
# A hidden film's identity is still the random vector that it began with; 0 in its place changes little. Why then do identities with text do better than text alone? Probably because the *user's* identity is trained, and meets the film's text: $P_i \cdot y_j B$ weighs the titles differently for each user, while text alone has only $x_i A$, made from the mean of the user's titles. That this is the reason was not tested. The ridge regression is chapter 01's, from a title vector to "watched or not", one for each user.
#
# Live, on the first hidden set, text only, for 2 epochs in place of 12:

# %% [markdown] lang="zh"
# 隐藏电影的 ID 嵌入仍是当初的随机向量，设为 0 也差别不大。那么 ID 嵌入加文本为什么比只用文本好？可能是因为*用户*的 ID 嵌入训练过，又与电影的文本相乘：$P_i \cdot y_j B$ 使每位用户对片名各有各的权重；只用文本时，只有 $x_i A$，它由用户看过的片名的平均得来。这是不是真正的原因，没有检验过。岭回归是第 01 章那个，由片名向量预测“看过与否”，每位用户一个。
#
# 现场跑第一组，只用文本，2 个轮次而不是 12 个：

# %%
from recbook.data import cold_items

cold = cold_items(ratings, seed=0)
films = np.unique(cold.test.item)
liked = cold.test.take(cold.test.rating >= 4).matrix()[:, films]
short_run = replace(settings, identity=False, epochs=2)
by_text = dot.DotRecommender(item_features, short_run).fit(cold.train).score(everyone)
by_dice = np.random.default_rng(0).normal(size=by_text.shape)
live = {name: evaluate_scores(scores[:, films], liked) for name, scores in
        (("text", by_text), ("random", by_dice))}

# %% tags=["nbval-ignore-output"]
over_chance = live["text"].difference(live["random"], "ndcg@10")
by_set = {kind: np.array(values) for kind, values in hidden.items()}
average = {kind: values.mean() for kind, values in by_set.items()}
recbook.claim(
    over_chance.low > 0.02, takeaway=False,
    en="Live, on one hidden set, text alone has NDCG@10 {text:.3f} after 2 epochs, a random order {random:.3f}; "
    "the difference is {gap_low:.3f} to {gap_high:.3f}.",
    zh="现场运行，在一组隐藏的电影上，只用文本训练 2 个轮次，NDCG@10 为 {text:.3f}，随机顺序为 {random:.3f}；相差 "
    "{gap_low:.3f} 到 {gap_high:.3f}。",
    text=live["text"]["ndcg@10"], random=live["random"]["ndcg@10"], gap_low=over_chance.low,
    gap_high=over_chance.high,
)
recbook.claim(
    (by_set["text"] > by_set["random"] + 0.03).all() and (by_set["both"] > by_set["text"]).all()
    and abs(average["identity"] - average["random"]) < 0.015
    and (by_set["ridge"] > by_set["both"]).sum() == 4
    and abs(average["both"] - average["both, untrained at 0"]) < 0.01,
    en="For hidden films identities alone rank hardly better than chance (mean NDCG@10 of five sets "
    "{identity:.3f}, random {random:.3f}). Text alone reaches {text:.3f}, with the users' identities "
    "{both:.3f}, more on all five sets; a ridge regression on the title vectors {ridge:.3f}, more on four "
    "of five (stored).",
    zh="对隐藏的电影，只用 ID 嵌入与随机顺序相差无几（五组平均 NDCG@10 为 {identity:.3f}，随机 {random:.3f}）。"
    "只用文本是 {text:.3f}，文本加上用户的 ID 嵌入是 {both:.3f}，五组都更高；用片名向量做岭回归是 "
    "{ridge:.3f}，五组里有四组更高（存好的结果）。",
    identity=average["identity"], random=average["random"], text=average["text"], both=average["both"],
    ridge=average["ridge"],
)

# %%
per_user = {kind: np.array(warm[kind]["per_user"]) for kind in (*kinds, "identity, own rate")}
per_user |= {name: np.array(measured["warm"][name]["per_user"]) for name in baselines}
over = {name: bootstrap(per_user["both"] - per_user[name]) for name in per_user if name != "both"}
rows_shown = [(plots.name(name), f"{found.low:+.3f} … {found.high:+.3f}") for name, found in over.items()]
plots.table(pd.DataFrame(rows_shown, columns=["identities + text, less", "difference"]))

on_test, on_valid = ({kind: np.array(warm[kind][on]) for kind in kinds} for on in ("test", "valid"))
recbook.claim(
    over["popularity"].low > 0 and over["text"].low > 0
    and all(over[name].low < 0 < over[name].high for name in ("EASE", "identity", "identity, own rate"))
    and on_test["both"].max() < on_test["identity"].min() and (on_valid["both"] > on_valid["identity"]).all(),
    en="On the test films, over three seeds, towers with identities and text (mean NDCG@10 {both:.3f}) beat "
    "popularity ({popularity:.3f}) and text alone ({text:.3f}). From EASE ({ease:.3f}) and from identities "
    "alone ({identity:.3f}) they cannot be told apart: text adds nothing for films with ratings, if "
    "anything it costs a little (stored).",
    zh="在测试集上，三个随机种子平均，ID 嵌入加文本的双塔（NDCG@10 {both:.3f}）胜过流行度基线（"
    "{popularity:.3f}）和只用文本（{text:.3f}），与 EASE（{ease:.3f}）、与只用 ID 嵌入（{identity:.3f}）分"
    "不出高下：对有评分的电影，文本没有带来好处，甚至可能略有损失（存好的结果）。",
    both=on_test["both"].mean(), popularity=baselines["popularity"][0], text=on_test["text"].mean(),
    ease=baselines["EASE"][0], identity=on_test["identity"].mean(),
)

# %%
recent = recbook.stored("item2vec")["results"]["test"]
ease, knn = (recent[f"{name}, last films"]["ndcg@10"] for name in ("EASE", "item-kNN"))
recbook.claim(
    min(ease, knn) > baselines["EASE"][0] + 0.02,
    takeaway=False,
    en="There are stronger rivals. Where a user's last films count most, EASE reaches {ease:.3f} and item-kNN "
    "{knn:.3f} on the same test films (stored with chapter 03, explained in 02 and 05).",
    zh="还有更强的对手。更看重用户最近看过的电影时，在同样的测试集上，EASE 达到 {ease:.3f}，item-kNN 达到 "
    "{knn:.3f}（第 03 章存好的结果，02 和 05 两章有说明）。",
    ease=ease, knn=knn,
)

# %% [markdown] lang="en"
# So the towers have learned something about single users, not only which films are popular. Text pays where there is no history. Where there is one, each of the three seeds with text is below each one without; on the validation films the same models stood the other way round, seed by seed: differences as small as these decide nothing. Nor do five sets, on one of which the towers are ahead, decide between towers and ridge regression. And EASE, one matrix inverse without a text or a network, is not beaten on warm films. What it cannot do is rank hidden ones.

# %% [markdown] lang="zh"
# 可见双塔学到的不只是哪些电影热门，还有各个用户的偏好。文本在没有历史的地方有用。在有历史的地方，有文本的三个成绩都低于没有文本的三个；而在验证集上，同样的模型逐个种子比，恰好相反。这么小的差别说明不了什么。对隐藏的电影，双塔与岭回归哪个更好，也还说不准：只抽了五次，其中一次双塔领先。EASE 只是求一次逆矩阵，不用文本，也不用网络，在有交互的电影上却没有被超过。它做不到的，是给隐藏的电影排序。

# %% [markdown] lang="en"
# ### Fine-tuning BERT too
#
# In these towers the title vectors are still fixed: what is learned is a projection of them. That saves time. To fine-tune BERT, put it *inside* what the tape records. Take 8 users and the last two films of each in training, and let the encoder turn the titles into vectors itself: the vector of a user's earlier film should be nearest to that of the later one. This is the contrastive learning of chapter 05, with temperature 0.05; a blind guess among 8 costs $\log 8 = 2.08$. The table of tokens, half of all numbers, is left as it is, for speed.

# %% [markdown] lang="zh"
# ### 连同 BERT 一起微调
#
# 在这些双塔里，片名向量仍是固定的，学的是它们的投影，这样省时间。要微调 BERT，就把它放到梯度带记录的计算*里面*。取 8 位用户，各取训练集里最后两部电影，由编码器现场把片名变成向量：同一位用户前一部的向量，应当与后一部的最接近。这就是第 05 章的对比学习（contrastive learning），温度系数（temperature）取 0.05；在 8 部里盲猜，损失是 $\log 8 = 2.08$。词元表占了一半的参数，为了省时间，保持不动。

# %%
few = np.arange(8)
last_two = [log.item[np.argsort(log.user)][few] for log in (inner.valid, inner.test)]
both_films = bert.padded([rows[film] for films in last_two for film in films])  # (16, n)


def contrast(bert_model):
    earlier, later = tf.split(bert_model(both_films), 2)
    scores = earlier @ tf.transpose(later) / 0.05  # (8, 8)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(few, scores))


def tune(bert_model, weights, steps):
    adam, losses = keras.optimizers.Adam(2e-5), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = contrast(bert_model)
        gradients = dot.whole(tape.gradient(loss, weights))
        adam.apply(gradients, weights)
        losses.append(float(loss))
    # en: Each loss was computed before its step; once more after the last step.
    # zh: 每个损失都是在那一步之前算的；最后一步之后再算一次。
    return gradients, [*losses, float(contrast(bert_model))]

# %%
# en: A copy is tuned, and the encoder stays as it is, however often this cell runs.
# zh: 微调的是副本，这个单元格无论运行几次，编码器都保持原样。
copied = sentence_encoder()
copied.set_weights(encoder.get_weights())
tuned = [weight for weight in copied.trainable_weights if not weight.path.startswith("tokens")]
fixed = tf.constant(title_vectors[:24])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(fixed @ tf.transpose(fixed))
outside = tape.gradient(loss, tuned)
inside, losses = tune(copied, tuned, steps=3)
untouched = [weight.path for weight, gradient in zip(tuned, inside) if np.abs(gradient).max() < 1e-6]
print(*untouched, sep="\n")

# %% tags=["nbval-ignore-output"]
recbook.claim(
    all(gradient is None for gradient in outside) and losses[-1] < losses[0] - 0.5
    and len(untouched) == 6 and all(path.endswith("key/bias") for path in untouched),
    en="From vectors computed beforehand no gradient leads back to BERT. With the encoder inside the tape it "
    "reaches {reached} of {arrays} weight arrays, all but the biases of the keys, and three steps lower "
    "the loss on a batch of 8 from {first:.2f} to {last:.2f}.",
    zh="从事先算好的向量出发，没有梯度能回到 BERT。把编码器放进梯度带，{arrays} 个权重数组里有 {reached} 个得"
    "到梯度，只差键的偏置；三步就把 8 对样本的损失从 {first:.2f} 降到 {last:.2f}。",
    reached=len(tuned) - len(untouched), arrays=len(tuned), first=losses[0], last=losses[-1],
)

# %% [markdown] lang="en"
# For the printed six the gradient is 0 in theory: a bias of the keys adds the same number to all scores of a query, and the softmax stays as it is. Only rounding is left, hence the threshold $10^{-6}$.
#
# Three steps on 8 pairs show that it can be trained, not that it gets better; chapter 05 measured what such tuning is worth. Chapter 07 writes the same towers in PyTorch and lays both training curves on top of each other.
#
# **Exercise 7**, open. The `numbers` in `pipeline` draw all known films alike. Draw them in proportion to their count, or to its square root, with `rng.choice(..., p=...)` inside `tf.data.Dataset.from_generator`. Compare NDCG@10 on validation, and the mean popularity (ratings in training) of the films in all top tens. Which films does the model push down then? (Yi et al. 2019 correct the scores for it.)

# %% [markdown] lang="zh"
# 打印出来的六个，梯度在理论上是 0：键的偏置给一个查询的所有得分加上同一个数，softmax 不变。剩下的只是舍入误差，所以取阈值 $10^{-6}$。
#
# 在 8 对上走三步，只说明它能训练，不说明它会变好；这样的微调效果如何，第 05 章测过。第 07 章用 PyTorch 写同样的双塔，把两条训练曲线叠在一起。
#
# **练习 7**（开放题）`pipeline` 里的 `numbers` 抽到每部已知电影的机会均等。改成与出现次数成正比，或与其平方根成正比，例如在 `tf.data.Dataset.from_generator` 里用 NumPy 的 `rng.choice(..., p=...)`。比较验证集上的 NDCG@10，以及所有用户前十部推荐的平均流行度（训练集里的评分数）。这时模型压低的是哪些电影？（Yi et al. 2019 为此修正了得分。）

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

# %% quiz="tensorflow"
recbook.quiz("tensorflow")

# %% [markdown] lang="en"
# ## Your progress and further reading

# %% [markdown] lang="zh"
# ## 你的进度与延伸阅读

# %% tags=["nbval-ignore-output"]
recbook.progress("tensorflow")

# %% [markdown] lang="en"
# - F. Chollet et al. *Keras 3*, [guides](https://keras.io/guides/): the functional API, masking and padding, customising what happens in `fit`.
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP-IJCNLP. [doi:10.18653/v1/D19-1410](https://doi.org/10.18653/v1/D19-1410). MiniLM's last training and pooling.
# - D. Hendrycks and K. Gimpel (2016). *Gaussian error linear units (GELUs).* [arXiv:1606.08415](https://arxiv.org/abs/1606.08415). Both forms.
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). Its bound on the length of a step is in section 2.1.
# - P.-S. Huang et al. (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665). Two towers.
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312). The sampled softmax.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996).
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [arXiv:1905.03375](https://arxiv.org/abs/1905.03375). EASE.

# %% [markdown] lang="zh"
# - F. Chollet et al. *Keras 3*，[指南](https://keras.io/guides/)：函数式 API、掩码与填充、自定义 `fit` 的行为。
# - N. Reimers and I. Gurevych (2019). *Sentence-BERT: Sentence embeddings using Siamese BERT-networks.* EMNLP-IJCNLP. [doi:10.18653/v1/D19-1410](https://doi.org/10.18653/v1/D19-1410)。MiniLM 最后一步训练和池化的出处。
# - D. Hendrycks and K. Gimpel (2016). *Gaussian error linear units (GELUs).* [arXiv:1606.08415](https://arxiv.org/abs/1606.08415)。两种写法都在里面。
# - D. P. Kingma and J. Ba (2015). *Adam: A method for stochastic optimization.* ICLR. [arXiv:1412.6980](https://arxiv.org/abs/1412.6980)。步长的上界见 2.1 节。
# - P.-S. Huang et al. (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665)。双塔的出处。
# - Y. Bengio and J.-S. Senécal (2008). *Adaptive importance sampling to accelerate training of a neural probabilistic language model.* IEEE Transactions on Neural Networks 19(4). [doi:10.1109/TNN.2007.912312](https://doi.org/10.1109/TNN.2007.912312)。采样 softmax 的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。
# - H. Steck (2019). *Embarrassingly shallow autoencoders for sparse data.* WWW. [arXiv:1905.03375](https://arxiv.org/abs/1905.03375)。EASE 的出处。
