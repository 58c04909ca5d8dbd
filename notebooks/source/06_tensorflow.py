# %% [markdown] lang="en"
# # 06 · TensorFlow: from a program that runs to one that recommends
#
# **You will be able to** find out what is wrong with a short program that looks right, the errors that stop it and those that do not; build BERT from Keras's own layers and give it published weights; write
# a two-tower model with its data pipeline, losses, callbacks and early stopping; and say what it is worth beside popularity and EASE.
#
# **You need** chapters 04 (BERT, softmax) and 05 (sentence vectors, fine-tuning). Keras is explained where it is used.
#
# **It takes** about an hour and a half to read and {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 06 · TensorFlow：从能跑的程序到能推荐的程序
#
# **学完之后**，你能找出一段看似正确的短程序错在哪里，包括会报错的和不报错的；能用 Keras 自带的层搭出 BERT，装上预训练权重；能写出双塔模型（two-tower model）
# 和它的数据管道、损失、回调与早停；还能说清它与流行度和 EASE 相比值多少。
#
# **需要的基础**：第 04 章（BERT、softmax）和第 05 章（句子向量、微调（fine-tuning））。Keras 用到时会解释。
#
# **所需时间**：阅读大约一个半小时；在双核机器上，运行{minutes}。

# %%
import ast
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

import recbook
from recbook import plots

recbook.setup("en")

# %% [markdown] lang="en"
# TensorFlow computes with tensors and their gradients; **Keras** is the part of it that speaks of layers and models. Importing both takes a few seconds.

# %% [markdown] lang="zh"
# TensorFlow 负责张量和梯度的计算；**Keras** 是其中描述层和模型的部分。导入它们要几秒钟。

# %%
import keras
import tensorflow as tf
from keras import layers, ops

tf.get_logger().setLevel("ERROR")  # warnings and errors only
keras.utils.set_random_seed(0)
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()

# %% [markdown] lang="en"
# ## A program that looks right
#
# The text that this course follows gives an example for TensorFlow in its section 5.1: load BERT, turn users and items into vectors, take the dot product, train a sigmoid on it, predict. We go through it piece by piece, and let the computer judge. First the loading and the vectors, quoted from there:

# %% [markdown] lang="zh"
# ## 一段看似正确的程序
#
# 本课程所依据的文章在 5.1 节给出了一个 TensorFlow 示例：加载 BERT，把用户和物品变成向量，求点积（dot product），在上面训练一个 sigmoid，再预测。我们一段一段地看，让计算机来评判。先看加载模型和提取向量的几行，引自该节：

# %%
LOADING = "bert_model = tf.keras.models.load_model('bert_model')"
VECTORS = """user_embeddings = bert_model(user_inputs)
item_embeddings = bert_model(item_inputs)"""


def run_fresh(code, folder=None):
    """en: Run code in a new Python process; returns the last line that it wrote.
    zh: 在新的 Python 进程里运行代码，返回它输出的最后一行。"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    written = done.stderr if done.returncode else done.stdout
    return written.strip().splitlines()[-1]

# %% [markdown] lang="en"
# A notebook remembers names from earlier cells, and so may run what would fail elsewhere. A new process remembers nothing. A few seconds, as it imports TensorFlow anew:

# %% [markdown] lang="zh"
# 笔记本会记住前面单元格里的名字，在别处会失败的代码，在这里也许能跑。新进程则什么都不记得。要重新导入 TensorFlow，所以需要几秒钟：

# %%
with tempfile.TemporaryDirectory() as empty:
    error = run_fresh(f"import tensorflow as tf\n{LOADING}\n{VECTORS}", empty)
print(error[:150])

# %% [markdown] lang="en"
# It ends at the first line. Is that only because there is no such file? Older versions of Keras kept a model as a *folder* in the format SavedModel, and the name `bert_model`, without an ending, would have been such a folder. Make one, from a tiny model, and try again:

# %% [markdown] lang="zh"
# 第一行就停了。是不是只因为没有这个文件？旧版 Keras 把模型存成 SavedModel 格式的*文件夹*，不带扩展名的 `bert_model` 正是这种文件夹。用一个很小的模型做一个，再试一次：

# %%
def error_of(attempt):
    """en: The first line of the error that a call ends with, or nothing; without Keras's frame, bold.
    zh: 调用出错时错误信息的第一行；没有出错则为空；去掉 Keras 加的外框和粗体。"""
    try:
        attempt()
    except Exception as stopped:
        said = [line for line in str(stopped).splitlines() if line and "Exception enc" not in line]
        return f"{type(stopped).__name__}: {said[0]}".replace("\x1b[1m", "")
    return ""


tiny = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/bert_model"
    tiny.export(path, verbose=False)
    from_folder = error_of(lambda: tf.keras.models.load_model(path))
print(from_folder[:38])

# %% [markdown] lang="en"
# Refused again. (The error's own advice is `TFSMLayer`, which reads the folder as a layer for inference.)
#
# Next, names that the program uses and never makes. Python can tell without running anything: read the code into a tree, and take the names that are only ever read.

# %% [markdown] lang="zh"
# 仍被拒绝。（错误信息建议用 `TFSMLayer`，它把这个文件夹读成一个用于推理的层。）
#
# 再看程序用到、却从没定义过的名字。不必运行，Python 就能查出来：把代码解析成语法树，取出只被读取、从未赋值的名字。

# %%
FITTING = "model.fit([user_embeddings, item_embeddings], labels, epochs=10)"
PREDICTING = "predictions = model.predict([user_embeddings, item_embeddings])"

program = ast.parse("\n".join([LOADING, VECTORS, FITTING, PREDICTING]))
names = [node for node in ast.walk(program) if isinstance(node, ast.Name)]
made = {node.id for node in names if isinstance(node.ctx, ast.Store)} | {"tf", "model"}
undefined = {node.id for node in names} - made
given = [ast.unparse(node.args[0]) for node in ast.walk(program)
         if isinstance(node, ast.Call) and ast.unparse(node.func) in ("model.fit", "model.predict")]
print(sorted(undefined), given[0] == given[1])

# %%
recbook.claim(
    error.startswith("ValueError: File format not supported")
    and from_folder.startswith("ValueError: File format not supported")
    and undefined == {"user_inputs", "item_inputs", "labels"} and given[0] == given[1],
    en="The program of section 5.1 stops at its first line: Keras 3 loads `.keras` files, no "
    "folder. It never says what `user_inputs`, `item_inputs` and `labels` are, and it "
    "predicts for the very pairs that it was trained on: nothing is held out.",
    zh="5.1 节的程序停在第一行：Keras 3 只加载 `.keras` 文件，不加载文件夹。程序没有说明 "
    "`user_inputs`、`item_inputs` 和 `labels` 是什么；预测用的正是训练用的那些样本对，没有"
    "留出任何数据。",
)

# %% [markdown] lang="en"
# The three names hide decisions. What *text* stands for a user? Which pairs are negative, when a log holds only what people did watch? And how many pairs go through BERT at once? `bert_model(user_inputs)` has no batches: all go at once. A feed-forward layer of MiniLM widens each token to 1,536 numbers of 4 bytes. For one row a rating, 24 tokens a text (the longest title has that many), this one array would need:

# %% [markdown] lang="zh"
# 这三个名字背后都是要做的决定。用什么*文字*代表一位用户？日志里只有看过的电影，哪些样本对算负的？一次让多少对通过 BERT？`bert_model(user_inputs)` 没有分批，全部一次算完。MiniLM 的前馈层把每个词元（token）扩成 1,536 个数，每个 4 字节。如果一条评分一行、每段文字 24 个词元（最长的片名就有这么多），仅这一个数组就需要：

# %%
print(f"{ratings.n * 24 * 1536 * 4 / 1e9:.1f} GB")

# %% [markdown] lang="en"
# ### Several outputs, not one
#
# Suppose the model loads. A BERT as published on a hub gives a dictionary: a vector for each token, and one for the whole text, made by pooling. Here is a stand-in with these two outputs, and the text's model on top. `Sequential` stacks layers, `Dot(axes=1)` multiplies two vectors row by row and adds up, `Dense(1)` is a weight and a bias.

# %% [markdown] lang="zh"
# ### 输出不止一个
#
# 假设模型加载成功。模型库里发布的 BERT 输出的是一个字典：每个词元一个向量，另有一个整段文字的池化（pooling）向量。下面造一个有这两种输出的替身，再接上文章里的模型。`Sequential` 把层依次叠起来，`Dot(axes=1)` 把两个向量逐行相乘再求和，`Dense(1)` 是一个权重加一个偏置。

# %%
def the_texts_model():
    return keras.Sequential([layers.Dot(axes=1), layers.Dense(1, activation="sigmoid")])


ids = keras.Input((None,), dtype="int32")
sequence = layers.Embedding(100, 8)(ids)
pooled = layers.GlobalAveragePooling1D()(sequence)
hub = keras.Model(ids, {"pooled_output": pooled, "sequence_output": sequence})

rng = np.random.default_rng(0)
user_ids, film_ids = rng.integers(1, 100, size=(2, 64, 5))
users, films = hub(user_ids), hub(film_ids)
whole = error_of(lambda: the_texts_model()([users, films]))
by_token = the_texts_model()([users["sequence_output"], films["sequence_output"]])
by_text = the_texts_model()([users["pooled_output"], films["pooled_output"]])
print(whole[:70])
print("sequence:", tuple(by_token.shape), " pooled:", tuple(by_text.shape))

# %% [markdown] lang="en"
# The dictionary is refused. Whoever then picks the first output at hand, the token vectors, gets no error at all, and 8 "probabilities" for each pair in place of one: `Dot` has summed over the *places* and compared each of the 8 coordinates with each. Only the pooled vectors give one number a pair.
#
# And one thing that one would expect to fail works: Keras's guide says that `Sequential` is not for models with several inputs, but here the list passes through to `Dot`.
#
# ### What is trained?
#
# Section 3.2 of the text says that BERT is fine-tuned on the recommendation task. Train the text's model on the pooled vectors, and look at who has changed:

# %% [markdown] lang="zh"
# 字典被拒绝了。如果随手取第一个输出，也就是各词元的向量，就不会报任何错，但每对样本得到 8 个“概率”，而不是一个：`Dot` 是沿*位置*求和的，把 8 个坐标两两相乘了。只有池化向量才给每对样本一个数。
#
# 还有一处，本以为会失败，却能跑：Keras 的指南说 `Sequential` 不适合多输入模型，但这里的列表原样传给了 `Dot`。
#
# ### 训练了什么？
#
# 文章 3.2 节说，要在推荐任务上微调 BERT。在池化向量上训练文章的模型，看看谁变了：

# %%
before = [weight.numpy() for weight in hub.weights]
model = the_texts_model()
model.compile(loss="binary_crossentropy", optimizer="adam")
labels = rng.integers(2, size=64)
model.fit([users["pooled_output"], films["pooled_output"]], labels, epochs=10, verbose=0)
unchanged = all((weight.numpy() == old).all() for weight, old in zip(hub.weights, before))
n_trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)

recbook.claim(
    unchanged and n_trained == 2 and "list of 2 inputs" in whole
    and by_token.shape == (64, 8, 1) and by_text.shape == (64, 1),
    en="In the text's example BERT's vectors are computed once, before training, so BERT is "
    "never fine-tuned: after 10 epochs not one of its weights has changed. What is trained "
    "are {n} numbers, a weight and a bias.",
    zh="在文章的示例里，BERT 的向量在训练之前一次算好，所以 BERT 从未被微调：10 个轮次之后，它"
    "的权重一个也没有变。训练的只有 {n} 个数：一个权重和一个偏置。",
    n=n_trained,
)

# %% [markdown] lang="en"
# So there are five things to repair: the model must load, give one vector, be able to learn, have negatives, and be tested on what it has not seen. We begin with BERT.
#
# ## BERT in forty lines of Keras
#
# Keras's **functional** style: begin with an `Input`, which is a placeholder without numbers, call layers on it, and say at the end which inputs and outputs make the model. A model made of built-in layers can be saved and loaded anywhere, since the file names the layers and Keras knows them. So we use nothing else. First the layer of chapter 04: attention, added to its input and normalised; then a wider layer and a narrower one, added and normalised again.

# %% [markdown] lang="zh"
# 所以有五处要修：模型要能加载，要给出一个向量，要能学习，要有负样本，还要在没见过的数据上测试。从 BERT 开始。
#
# ## 四十行 Keras 写出 BERT
#
# Keras 的**函数式**写法：从 `Input` 开始，它是没有数值的占位符；在它上面依次调用各层；最后说明由哪些输入和输出组成模型。只由自带的层组成的模型，存下来以后在哪里都能加载，因为文件里写着层的名字，而 Keras 都认识。所以我们只用自带的层。先写第 04 章的那一层：注意力，加到输入上，归一化；然后先升维再降维，再相加、归一化。

# %%
def norm(x, name):
    return layers.LayerNormalization(epsilon=1e-12, name=name)(x)


def encoder_layer(x, real, heads, inner, number):  # (batch, n, width) -> the same
    width = x.shape[-1]
    attention = layers.MultiHeadAttention(heads, width // heads, name=f"attention_{number}")
    read = attention(x, x, attention_mask=ops.expand_dims(real, 1))  # (batch, 1, n)
    x = norm(x + read, f"norm_1_{number}")
    wide = layers.Dense(inner, activation="gelu", name=f"widen_{number}")(x)
    narrow = layers.Dense(width, name=f"narrow_{number}")(wide)
    return norm(x + narrow, f"norm_2_{number}")

# %% [markdown] lang="en"
# Two numbers must be BERT's own. Keras's `LayerNormalization` adds 0.001 to the variance where BERT adds $10^{-12}$. And GELU exists in two forms, $x \, \Phi(x)$ itself and an approximation by tanh. BERT was trained with the first, which is what `"gelu"` means in Keras; some ports use the second.
#
# Now the whole: vectors of tokens and of places, six layers, the mean over the real tokens, length 1.

# %% [markdown] lang="zh"
# 有两处必须与 BERT 一致。Keras 的 `LayerNormalization` 默认给方差加 0.001，BERT 加的是 $10^{-12}$。GELU 有两种写法，$x \, \Phi(x)$ 本身和用 tanh 的近似。BERT 训练时用的是前一种，Keras 的 `"gelu"` 也是；有些移植版用的是后一种。
#
# 再写整体：词元向量加位置向量，六层，对真正的词元求平均，化为长度 1。

# %%
def sentence_encoder(vocabulary=30522, width=384, depth=6, heads=12, inner=1536, places=512):
    ids = keras.Input((None,), dtype="int32", name="ids")  # (batch, n), 0 is padding
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
print(f"{encoder.count_params():,}")

# %% [markdown] lang="en"
# ### The published weights
#
# MiniLM's weights lie in a safetensors file: names and arrays, nothing that could run. PyTorch wrote it, and PyTorch keeps the table of a linear layer as (out, in), Keras as (in, out): so tables are transposed. Attention's tables have a third axis in Keras, (in, heads, out / heads): a reshape. BERT has a vector for *first* and *second sentence*; a title is one sentence, so the first is simply added to all places.

# %% [markdown] lang="zh"
# ### 预训练权重
#
# MiniLM 的权重在一个 safetensors 文件里：只有名字和数组，没有可执行的内容。它是由 PyTorch 写的；线性层的权重矩阵，PyTorch 存成（输出，输入），Keras 存成（输入，输出），所以要转置。注意力的权重矩阵在 Keras 里多一个轴，（输入，头数，输出 / 头数）：reshape 一下就行。BERT 还有表示“第一句”“第二句”的向量；片名只有一句，把第一句的向量加到所有位置上即可。

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
title_vectors = TextEncoder().encode(list(titles))  # by PyTorch, (1682, 384)
some = np.random.default_rng(0).permutation(len(titles))[:128]
some_rows = [rows[film] for film in some]
ours = encoder.predict_on_batch(bert.padded(some_rows[:64]))
twin = bert.published().predict_on_batch(bert.padded(some_rows[:64]))

# %% [markdown] lang="en"
# Save it, and let a new process load it that knows nothing of this notebook nor of recbook. The file is called as in the text, with the ending that Keras 3 wants.

# %% [markdown] lang="zh"
# 把它存下来，再由一个新进程加载；那个进程对这个笔记本和 recbook 一无所知。文件名与文章里相同，只是加上了 Keras 3 要求的扩展名。

# %%
ELSEWHERE = """import tensorflow as tf
import numpy as np
bert_model = tf.keras.models.load_model('bert_model.keras')
difference = bert_model.predict(np.load('ids.npy'), verbose=0) - np.load('vectors.npy')
print(abs(difference).max())"""

with tempfile.TemporaryDirectory() as folder:
    encoder.save(f"{folder}/bert_model.keras")
    np.save(f"{folder}/ids.npy", bert.padded(some_rows[:64]))
    np.save(f"{folder}/vectors.npy", title_vectors[some[:64]])
    reloaded = float(run_fresh(ELSEWHERE, folder))

# %%
off = np.abs(ours - title_vectors[some[:64]]).max()
recbook.claim(
    off < 1e-5 and reloaded < 1e-5 and np.abs(ours - twin).max() < 1e-6,
    en="Forty lines of Keras with MiniLM's weights give PyTorch's title vectors to 5 decimal "
    "places, and so does the file `bert_model.keras` in a new process that loads it with "
    "plain `load_model`.",
    zh="四十行 Keras 装上 MiniLM 的权重，得到的片名向量与 PyTorch 的相比，5 位小数都一致；新进程"
    "只用 `load_model` 加载 `bert_model.keras`，结果也是如此。",
)

# %% [markdown] lang="en"
# ### A mask that gets lost
#
# Keras can carry the mask along by itself: `Embedding(mask_zero=True)` attaches it to its output, and later layers use it. We passed it by hand, for a reason. Try the automatic way on token vectors with places added:

# %% [markdown] lang="zh"
# ### 丢失的掩码
#
# Keras 可以自动传递掩码：`Embedding(mask_zero=True)` 把掩码附在输出上，后面的层会用到。我们却是手工传的，这是有原因的。用自动的办法试试，给词元向量加上位置向量：

# %% tags=["nbval-ignore-output"]
ids = keras.Input((None,), dtype="int32")
tokens = layers.Embedding(10, 4, mask_zero=True)(ids)
places = layers.Embedding(10, 4)(ops.cumsum(ops.ones_like(ids), axis=1) - 1)
automatic = keras.Model(ids, layers.GlobalAveragePooling1D()(layers.Add()([tokens, places])))

short, filled = np.array([[5, 6]]), np.array([[5, 6, 0, 0]])
moved = {
    "mask by itself": np.abs(automatic(short) - automatic(filled)).max(),
    "mask by hand": np.abs(encoder(short) - encoder(filled)).max(),
}
rows_shown = [(plots.name(kind), f"{by:.1e}") for kind, by in moved.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", "padding moves the vector by"]))

# %%
recbook.claim(
    moved["mask by hand"] < 1e-5,
    takeaway=False,
    en="With the mask passed by hand, padding does not move a vector (less than 1e-5).",
    zh="手工传递掩码时，填充不会改变向量（变化小于 1e-5）。",
)

# %% [markdown] lang="en"
# `Add` had one input with a mask and one without, and dropped it: no error, no warning, but each vector now depends on how long the longest title of its batch is. That is why a chapter that ports a model compares it on *padded* batches.
#
# **Exercise 1.** Write the mean over real tokens. ({points})

# %% [markdown] lang="zh"
# `Add` 的一个输入带掩码，一个不带，于是掩码被丢掉了：没有报错，没有警告，但每个向量都变得与批次里最长的片名有关。所以移植模型时，要在*带填充*的批次上比对。
#
# **练习 1** 写出对真正的词元求的平均。（{points}）

# %% exercise="tensorflow-mean" points=2
def masked_mean(vectors, real):
    """en: Mean of the vectors of the real tokens: vectors (batch, n, d), real (batch, n) is False
    en: for padding; each text has a real token. Returns (batch, d).
    zh: 对真正词元的向量求平均：vectors (batch, n, d)，real (batch, n) 为 False 的是填充；
    zh: 每段文字至少有一个真正的词元。返回 (batch, d)。"""
    ### BEGIN SOLUTION
    weights = np.asarray(real, float)[..., None]  # (batch, n, 1)
    return (vectors * weights).sum(axis=1) / weights.sum(axis=1)
    ### END SOLUTION

# %% check="tensorflow-mean"
recbook.check("tensorflow-mean", masked_mean)

# %% [markdown] lang="en"
# ### How not to call `predict`
#
# The obvious way to encode all titles is one array and one call. The array is a rectangle, as wide as the longest title. Count the places that BERT has to work through, and compare with batches of titles of like length (`bert.encode`). On 128 titles, drawn at random:

# %% [markdown] lang="zh"
# ### `predict` 不该怎么用
#
# 要编码所有片名，最直接的办法是一个数组、一次调用。数组是矩形，宽度等于最长的片名。数一数 BERT 要算多少个位置，再与长度相近的片名分为一批的做法（`bert.encode`）比一比。随机取 128 个片名：

# %% tags=["nbval-ignore-output"]
def places_of(batches):
    return sum(len(batch) * max(map(len, batch)) for batch in batches)


def seconds(call):
    # en: A short first call, since Keras draws up its graph then.
    # zh: 先短短调用一次，因为 Keras 那时要建计算图。
    call(32)
    start = time.process_time()
    call(128)
    return time.process_time() - start


width = max(map(len, rows))
rectangle = np.zeros((128, width), np.int32)
rectangle[:, : max(map(len, some_rows))] = bert.padded(some_rows)
by_length = sorted(some_rows, key=len)
counts = [128 * width, places_of(by_length[i : i + 32] for i in range(0, 128, 32))]
took = [seconds(lambda n: encoder.predict(rectangle[:n], verbose=0)),
        seconds(lambda n: bert.encode(encoder, some_rows[:n], batch_size=32))]
ways = [plots.name("one rectangle"), plots.name("batches by length")]
table = {"": ways, "places": counts, "seconds": took}
plots.table(pd.DataFrame(table))

# %%
n_tokens = sum(map(len, some_rows))
bucketed = bert.encode(encoder, some_rows)
recbook.claim(
    counts[0] > 2.5 * counts[1] and counts[1] < 1.6 * n_tokens
    and np.abs(bucketed - title_vectors[some]).max() < 1e-5,
    takeaway=False,
    en="128 titles have {n:,} tokens. In one rectangle BERT works through {a:,} places, in "
    "batches by length through {b:,}; the vectors are the same.",
    zh="128 个片名共有 {n:,} 个词元。放进一个矩形，BERT 要算 {a:,} 个位置；按长度分批，只要算 "
    "{b:,} 个；得到的向量相同。",
    n=n_tokens, a=counts[0], b=counts[1],
)

# %% [markdown] lang="en"
# From here on we take the title vectors from `TextEncoder`, which keeps them on disk: they are the same.
#
# ## Two numbers cannot learn a taste
#
# Now the head that the text trains. With $s = u \cdot v$ the dot product of a user's and a film's vector, it predicts
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# with two numbers to learn, $w$ and $b$. What can they change about a list? $\sigma$ grows with its argument. So if $w > 0$, then $s_1 > s_2$ gives $p_1 > p_2$, whatever $w$ and $b$ are: the order is that of the dot product. If $w < 0$, the order is turned round. There is no third case but $w = 0$. By pencil: $s = 0.6, 0.2$ with $w = 2$, $b = -1$ gives $0.2 > -0.6$ under the $\sigma$; with $w = 0.5$, $b = 3$ it gives $3.3 > 3.1$; with $w = -1$, $b = 0$: $-0.6 < -0.2$.
#
# **Exercise 2.** Write the prediction for many pairs at once. ({points})

# %% [markdown] lang="zh"
# 从这里起，片名向量取自 `TextEncoder`，它会存在磁盘上；向量是一样的。
#
# ## 两个数学不出口味
#
# 现在看文章训练的那个输出头。记 $s = u \cdot v$ 为用户向量与电影向量的点积，预测是
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# 要学的只有两个数，$w$ 和 $b$。它们能怎样改变一个推荐列表？$\sigma$ 是单调递增的。所以若 $w > 0$，则由 $s_1 > s_2$ 可得 $p_1 > p_2$，不论 $w$ 和 $b$ 是多少：顺序就是点积的顺序。若 $w < 0$，顺序恰好颠倒。除了 $w = 0$，没有第三种情形。笔算：$s = 0.6, 0.2$，取 $w = 2$、$b = -1$，$\sigma$ 里面是 $0.2 > -0.6$；取 $w = 0.5$、$b = 3$，是 $3.3 > 3.1$；取 $w = -1$、$b = 0$，是 $-0.6 < -0.2$。
#
# **练习 2** 一次算出许多对的预测。（{points}）

# %% exercise="tensorflow-score" points=1
def probabilities(u, v, w, b):
    """en: sigma(w * dot product + b) for each pair: u (n, d) and v (n, d), row by row;
    en: w and b are numbers. Returns (n,).
    zh: 每一对的 sigma(w * 点积 + b)：u (n, d) 与 v (n, d) 逐行配对；
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
# The measure: **AUC**, the share of all (positive, negative) pairs of test pairs in which the positive one has the higher score; 0.5 is chance. The order alone decides it.
#
# Keras draws $w$ from a uniform distribution between $-\sqrt 3$ and $\sqrt 3$ (Glorot's rule for one input and one output: $\sqrt{6 / (1 + 1)}$), and $b$ starts at 0. Ten starts are ten models. But Adam treats every number by itself, so ten heads side by side, `Dense(10)`, learn as ten models would; that saves nine tenths of the time. Everything else is as in the text: its loss, Adam at its default rate of 0.001, batches of 32, 10 epochs.

# %% [markdown] lang="zh"
# 度量用 **AUC**：在所有（正样本对，负样本对）的组合里，正的得分更高的比例；0.5 相当于随机猜测。它只由顺序决定。
#
# Keras 从 $-\sqrt 3$ 到 $\sqrt 3$ 的均匀分布里抽 $w$（Glorot 规则，一个输入一个输出：$\sqrt{6 / (1 + 1)}$），$b$ 从 0 开始。十个起点就是十个模型。不过 Adam 对每个数单独处理，所以把十个输出头并排放，写成 `Dense(10)`，学到的与十个模型一样，时间只要十分之一。其余全照文章：它的损失，Adam 用默认学习率 0.001，批大小 32，10 个轮次。

# %%
starts = [float(keras.initializers.GlorotUniform(seed=seed)((1, 1))[0, 0]) for seed in range(10)]


class KeepWeights(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.kept = [self.model.layers[1].get_weights()]

    def on_epoch_end(self, epoch, logs=None):
        self.kept.append(self.model.layers[1].get_weights())


def train_heads(starts, labels, rate=0.001):
    heads = keras.Sequential([layers.Dot(axes=1), layers.Dense(len(starts), activation="sigmoid")])
    heads([fit_users[:1], fit_films[:1]])
    heads.layers[1].set_weights([np.array([starts]), np.zeros(len(starts))])
    heads.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(rate))
    keep, tiled = KeepWeights(), np.tile(labels[:, None], len(starts))
    losses = heads.fit([fit_users, fit_films], tiled, epochs=10, verbose=0, callbacks=[keep])
    w, b = (np.array([np.ravel(epoch[part]) for epoch in keep.kept]) for part in (0, 1))
    return w, b, losses.history["loss"]  # (11, heads), (11, heads), (10,)

# %% tags=["nbval-ignore-output"]
w, b, _ = train_heads(starts, fit_labels)
head_auc = np.array([roc_auc_score(test_labels, dots * end) for end in w[-1]])
n_steps = 10 * -(-len(fit_labels) // 32)
plots.ten_heads(w, head_auc, reach=0.001 * n_steps)

# %% [markdown] lang="en"
# There are two outcomes, and nothing between them: the AUC of the plain dot product, and 1 minus that. Why do some stay on the wrong side? Adam divides the gradient by its own size: the first step is exactly the learning rate, and later ones are hardly ever longer. So 0.001 times the number of steps is about the longest way that $w$ can go (dotted): whoever starts farther below 0 cannot arrive. And where one batch says up and the next says down, the way is shorter.

# %% [markdown] lang="zh"
# 结果只有两种，没有中间情形：一种是点积本身的 AUC，另一种是 1 减去它。为什么有些留在了错误的一边？Adam 会把梯度除以它自身的大小：第一步恰好等于学习率，之后也很少更长。所以 0.001 乘以步数，差不多就是 $w$ 最多能走的路程（图中的点线）：从 0 以下更远处出发的，到不了。如果这一批说往上，下一批说往下，走得就更短。

# %%
positive = w[-1] > 0
faster, _, _ = train_heads(starts, fit_labels, rate=0.03)
recbook.claim(
    np.allclose(head_auc, np.where(positive, auc, 1 - auc), atol=1e-6)
    and (positive == (np.array(starts) > 0)).all() and (faster[-1] > 0).all() and auc > 0.53,
    en="Of ten starts of the text's head {n} end with a positive weight and rank the test pairs "
    "exactly as the plain dot product does (AUC {a:.3f}); {m}, which began below 0, do not "
    "get out in {steps} steps of about 0.001 and end with its reverse ({c:.3f}). A rate of "
    "0.03 brings all to {a:.3f}, and nothing brings them higher: two numbers change no order.",
    zh="文章的输出头取十个起点，{n} 个最终权重为正，测试样本对的排序与点积本身完全相同（AUC "
    "{a:.3f}）；另外 {m} 个从 0 以下出发，走 {steps} 步、每步约 0.001，没能走出来，排序恰好颠"
    "倒（{c:.3f}）。学习率取 0.03，全部到 {a:.3f}，但不可能更高：两个数改变不了顺序。",
    n=int(positive.sum()), m=int((~positive).sum()), a=auc, c=1 - auc, steps=n_steps,
)

# %% [markdown] lang="en"
# And the labels? If each row of the log is a 1, as a log of what people did suggests, there is nothing to tell apart. The loss does not complain:

# %% [markdown] lang="zh"
# 标签呢？日志记的是人们做过的事，如果每行都标为 1，就没有什么可区分的了。损失却看不出问题：

# %%
_, ones_b, ones_loss = train_heads([0.5], np.ones_like(fit_labels), rate=0.01)
recbook.claim(
    ones_loss[-1] < 0.15 < ones_loss[0] and ones_b[-1, 0] > 1,
    takeaway=False,
    en="With nothing but ones for labels the loss falls from {a:.2f} to {c:.2f} in 10 epochs "
    "(rate 0.01). All that was learned is to say yes.",
    zh="标签全是 1 时，损失在 10 个轮次里从 {a:.2f} 降到 {c:.2f}（学习率 0.01）。学到的只是一律"
    "回答“是”。",
    a=ones_loss[0], c=ones_loss[-1],
)

# %% [markdown] lang="en"
# ## Towers that can learn
#
# A list changes when the *vectors* change. So let the user's and the film's vector be learned. In the **two-tower model** each side has a tower, which makes a vector of 64 numbers:
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$
#
# For user $i$: $P_i$ is a free vector of the user's own, a row of $P$, shape $(943, 64)$; $x_i$, of shape $(384,)$, the mean of the title vectors in the user's history, and $A$, $(384, 64)$, a projection. For film $j$ likewise $Q$, $(1682, 64)$; the title vector $y_j$, and $B$, $(384, 64)$. The bias $b_j$ is one number a film: how much it is liked by all. $P_i$ and $Q_j$ we call the **identity** part: it knows nothing but who is who, and needs interactions. $x_i A$ and $y_j B$ are the **text** part: it can say something about a film that nobody has seen. (The title vectors have their common mean taken off, as in chapter 05: `towers.centred`.)
#
# **Exercise 3.** How many numbers does this model learn? ({points})

# %% [markdown] lang="zh"
# ## 能学习的双塔
#
# 要改变列表，就得改变*向量*。所以让用户和电影的向量可以学习。在**双塔模型**里，两边各有一座塔，输出 64 维的向量：
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$
#
# 对用户 $i$：$P_i$ 是用户专有的自由向量，即 $P$（形状 $(943, 64)$）的一行；$x_i$ 的形状是 $(384,)$，是用户历史里片名向量的平均；$A$ 是投影矩阵，$(384, 64)$。对电影 $j$ 同样有 $Q$，$(1682, 64)$；片名向量 $y_j$；$B$，$(384, 64)$。偏置 $b_j$ 每部电影一个数，表示它总体上受欢迎的程度。$P_i$ 和 $Q_j$ 称为**身份**（identity）部分：只区分谁是谁，要靠交互（interaction）来学。$x_i A$ 和 $y_j B$ 是**文本**（text）部分：没人看过的电影，它也能给出向量。（片名向量已减去共同的均值，同第 05 章：`towers.centred`。）
#
# **练习 3** 这个模型要学多少个数？（{points}）

# %% exercise="tensorflow-parameters" points=1
def n_parameters(n_users, n_items, d, width):
    """en: How many numbers the two-tower model learns; d numbers a text vector, width numbers
    en: a tower's vector. The text vectors themselves are not learned.
    zh: 双塔模型要学的数的个数；文本向量 d 维，塔的输出 width 维。文本向量本身不学。"""
    ### BEGIN SOLUTION
    return (n_users + n_items) * width + 2 * d * width + n_items
    ### END SOLUTION

# %% check="tensorflow-parameters"
recbook.check("tensorflow-parameters", n_parameters)

# %% [markdown] lang="en"
# ### Two losses
#
# Each row of the log is a positive. With it come **sampled negatives**: films drawn at random, here 256 for each batch, shared by all its rows (**negative sampling**, as in chapter 03). Two losses can use them, and we give both the same chances.
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
# 日志的每一行是一个正样本。给它配上**采样的负样本**：随机抽的电影，这里每批 256 部，批内各行共用（**负采样**（negative sampling），同第 03 章）。有两种损失可以利用它们，我们给两者同样的机会。
#
# **采样 softmax**：正样本与负样本竞争。记 $s^+$ 为正样本的得分，$s_1, \dots, s_m$ 为负样本的得分，
#
# $$\ell = -\log \frac{e^{s^+}}{e^{s^+} + \sum_k e^{s_k}}$$
#
# **sigmoid 交叉熵**（cross-entropy）：每一对各自判断是或否，负样本合起来的权重是 $c$：
#
# $$\ell = -\log \sigma(s^+) - \frac{c}{m} \sum_k \log \sigma(-s_k)$$
#
# 笔算，以 $\log 2$ 为单位：正样本得分 2，负样本得分 1 和 0。softmax：$2^2 / (2^2 + 2 + 1) = 4/7$，所以 $\ell = \log \tfrac74 = 0.560$。sigmoid，$c = 1$：$-\log \sigma(2 \log 2) = \log \tfrac54$，然后是 $\log 3$ 和 $\log 2$，所以 $\ell = \log \tfrac54 + \tfrac12 \log 6 = 1.119$。

# %%
from recbook.tf import dot

toy = np.log(2) * np.array([[2.0]]), np.log(2) * np.array([[1.0, 0.0]])
print(float(dot.softmax_loss(toy[0][:, 0], toy[1])), np.log(7 / 4))
print(float(dot.sigmoid_loss(toy[0][:, 0], toy[1], 1.0)), np.log(5 / 4) + np.log(6) / 2)

# %% [markdown] lang="en"
# The losses take the scores themselves, called **logits**, not $\sigma$ of them. Computed from $\sigma$, a score of 800 gives a probability of exactly 1 in the computer, and the other side $\log 0$. Computed from the score, $-\log \sigma(-s) = \log(1 + e^{s})$ is about $s$. Keras's loss asks `from_logits=True` for that; forget it, and scores are taken for probabilities without a word.
#
# **Exercise 4.** Write binary cross-entropy from logits, for scores of any size. ({points})

# %% [markdown] lang="zh"
# 两种损失用的都是得分本身，叫 **logits**，而不是 $\sigma$ 之后的值。先算 $\sigma$ 的话，得分为 800 时概率在计算机里恰好是 1，另一边就是 $\log 0$。直接用得分算，$-\log \sigma(-s) = \log(1 + e^{s})$，约等于 $s$。Keras 的损失要写 `from_logits=True`；忘了写，得分就被当成概率，而且没有任何提示。
#
# **练习 4** 由 logits 写出二元交叉熵，得分再大也要算得对。（{points}）

# %% exercise="tensorflow-logits" points=2
def loss_from_logits(scores, labels):
    """en: Mean of -log sigma(s) where the label is 1 and -log sigma(-s) where it is 0; scores (n,),
    en: as large as 1000 either way; natural logarithm.
    zh: 标签为 1 时是 -log sigma(s)，为 0 时是 -log sigma(-s)，取平均；scores (n,)，
    zh: 绝对值可达 1000；自然对数。"""
    ### BEGIN SOLUTION
    against = np.where(np.asarray(labels) == 1, -scores, scores)
    return np.logaddexp(0, against).mean()
    ### END SOLUTION

# %% check="tensorflow-logits"
recbook.check("tensorflow-logits", loss_from_logits)

# %% [markdown] lang="en"
# A film drawn as a negative may be the very film of some row. For that row it must not count, or the model is told yes and no about one film. Its score is set to $-\infty$ there.
#
# **Exercise 5.** Write the sampled softmax with that rule. ({points})

# %% [markdown] lang="zh"
# 抽作负样本的电影，可能正是某一行的正样本。对那一行，它不能算数，否则同一部电影既答“是”又答“否”。在那里把它的得分设为 $-\infty$。
#
# **练习 5** 按这条规则写出采样 softmax 损失。（{points}）

# %% exercise="tensorflow-negatives" points=2
def sampled_softmax(positive, negative, items, drawn):
    """en: Mean loss of n rows: positive (n,) are the scores of the films items (n,), negative (n, m)
    en: those of the drawn films (m,). A drawn film that is a row's own is left out of that row.
    zh: n 行的平均损失：positive (n,) 是电影 items (n,) 的得分，negative (n, m) 是抽出的电影
    zh: drawn (m,) 的得分。抽到的若正是某行自己的电影，那一行不算它。"""
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
# **Exercise 6.** Make the batches of an epoch by hand, in the right order. ({points})

# %% [markdown] lang="zh"
# ### 数据管道
#
# **tf.data** 在模型计算的同时准备批次。`Dataset` 是一份流程，每个方法给它加一步：`shuffle` 从缓冲区随机取行，`batch` 切成批，`prefetch` 提前备好下一批。步骤的顺序很重要：先 `shuffle` 后 `batch`，打乱的是行；反过来只打乱了批的顺序，每一批里永远是日志里相邻的那些行。
#
# **练习 6** 亲手按正确的顺序做出一个轮次的批次。（{points}）

# %% exercise="tensorflow-batches" points=1
def epoch_batches(rows, order, size):
    """en: The batches of one epoch, a list of lists: first the rows in the given order, then cut
    en: into pieces of `size`; the last one may be shorter.
    zh: 一个轮次的批次，列表的列表：先按 order 排列各行，再切成每批 size 行；最后一批可以短些。"""
    ### BEGIN SOLUTION
    shuffled = [rows[place] for place in order]
    return [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    ### END SOLUTION

# %% check="tensorflow-batches"
recbook.check("tensorflow-batches", epoch_batches)

# %% [markdown] lang="en"
# The negatives belong in the pipeline too. Two ways to draw them look alike:

# %% [markdown] lang="zh"
# 负样本也放进管道里。下面两种抽法看上去差不多：

# %%
known = np.unique(split.train.item)  # films with at least one interaction
pairs = tf.data.Dataset.from_tensor_slices((split.train.user, split.train.item)).batch(1024)


def in_map(user, item):
    return tf.random.uniform((256,), maxval=len(known), dtype=tf.int64, seed=0)


def of_its_own():
    numbers = tf.data.Dataset.random(seed=0, rerandomize_each_iteration=True)
    return numbers.batch(256).map(lambda drawn: drawn % len(known))


def two_epochs(data):
    return [next(iter(data)).numpy() for _ in range(2)]


first, second = two_epochs(pairs.map(in_map))
third, fourth = two_epochs(of_its_own())
print(first[:4], second[:4], "|", third[:4], fourth[:4])

# %%
recbook.claim(
    (first == second).all() and (third != fourth).mean() > 0.9,
    takeaway=False,
    en="A seeded draw inside `map` starts again with each epoch: the first batch of the second "
    "epoch gets the same 256 negatives as that of the first. A dataset that draws anew does not.",
    zh="写在 `map` 里、带种子的抽样，每个轮次都从头开始：第二个轮次的第一批，负样本与第一个轮次"
    "的 256 个完全相同。换成每个轮次重新抽取的数据集，就不会这样。",
)

# %%
def pipeline(log, settings):
    """en: Batches of (users, items, negatives) for one epoch, drawn anew each time.
    zh: 一个轮次的批次（用户，物品，负样本），每次重新抽取。"""
    columns = (log.user, log.item, np.unique(log.item))
    users, items, known = (tf.constant(column, tf.int64) for column in columns)
    rows = tf.data.Dataset.range(log.n).shuffle(log.n, seed=0).batch(settings.batch_size)
    numbers = tf.data.Dataset.random(seed=0, rerandomize_each_iteration=True).batch(settings.negatives)

    def look_up(rows, numbers):
        return tf.gather(users, rows), tf.gather(items, rows), tf.gather(known, numbers % len(known))

    return tf.data.Dataset.zip(rows, numbers).map(look_up).prefetch(2)


settings = towers.TowerSettings()
users, items, negatives = next(iter(pipeline(split.train, settings)))
users.shape, items.shape, negatives.shape

# %% [markdown] lang="en"
# ### The model
#
# Our model is a class of its own, since its input is no tensor but three columns of indices. `add_weight` makes what is learned. `train_step` is what `fit` does with a batch: a **GradientTape** records how the loss was computed, and plays the record back for the gradients.

# %% [markdown] lang="zh"
# ### 模型
#
# 我们的模型要写成自己的类，因为输入不是一个张量，而是三列编号。`add_weight` 创建要学的参数。`train_step` 规定 `fit` 怎样处理一个批次：**GradientTape** 记下损失的计算过程，再沿着记录倒推出梯度。

# %%
class TwoTowers(keras.Model):
    def __init__(self, weights, user_features, item_features):
        super().__init__()
        self.features = {"user": tf.constant(user_features), "item": tf.constant(item_features)}
        self.learned = {name: self.add_weight(name=name, shape=w.shape) for name, w in weights.items()}
        for name, start in weights.items():
            self.learned[name].assign(start)

    def tower(self, side, index):  # (n,) -> (n, 64)
        identity = tf.gather(self.learned[f"{side}_identity"], index)
        text = tf.gather(self.features[side], index) @ self.learned[f"{side}_projection"]
        return identity + text

    def against(self, users, items):  # (n,), (m,) -> (n, m)
        bias = tf.gather(self.learned["item_bias"], items)
        return self.tower("user", users) @ tf.transpose(self.tower("item", items)) + bias

    def pairwise(self, users, items):  # (n,), (n,) -> (n,)
        bias = tf.gather(self.learned["item_bias"], items)
        return tf.reduce_sum(self.tower("user", users) * self.tower("item", items), axis=1) + bias

# %%
class Trained(TwoTowers):
    def batch_loss(self, users, items, negatives):
        positive = self.pairwise(users, items)
        own = negatives[None, :] == items[:, None]
        negative = tf.where(own, -np.inf, self.against(users, negatives))
        return dot.softmax_loss(positive, negative)

    def train_step(self, batch):
        with tf.GradientTape() as tape:
            loss = self.batch_loss(*batch)
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
# Is our class the model that `recbook` tests against PyTorch? Same weights, same batches, five steps:

# %% [markdown] lang="zh"
# Adam 的第一步应等于学习率，这里是 0.1。梯度分片时，步子长了 $\sqrt 2$ 倍（本页运行时所用的 Keras 版本）；如果一部电影在一批里出现 50 次，可长到 $\sqrt{50}$ 倍。先加起来，在任何版本里都是对的。
#
# 我们的类，就是 `recbook` 里与 PyTorch 对照测试过的那个模型吗？同样的权重，同样的批次，走五步：

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
    en="Five training steps of our class and of `dot.TwoTower` give the same losses to 5 digits.",
    zh="我们的类与 `dot.TwoTower` 各训练五步，损失的前 5 位有效数字都相同。",
)

# %% [markdown] lang="en"
# ### Which loss?
#
# Both losses had 12 settings: four learning rates times three numbers of negatives for the softmax, or three weights $c$ for the sigmoid. Each was trained with identities only, for the same 12 epochs, and judged on the **validation set**. That takes minutes; these are stored results.

# %% [markdown] lang="zh"
# ### 用哪种损失？
#
# 两种损失各试了 12 组设置：四个学习率，softmax 配三种负样本数，sigmoid 配三个权重 $c$。每组都只用身份部分，同样训练 12 个轮次，在**验证集**（validation set）上评判。这要好几分钟，下面是存好的结果。

# %%
stored = recbook.stored("two_towers")
grids = {loss: np.array(found["ndcg@10"]) for loss, found in stored["results"]["grid"].items()}
plots.loss_grids(stored["results"]["grid"])

# %%
best_of = {loss: grid.max() for loss, grid in grids.items()}
with_text = {loss: np.mean(seeds) for loss, seeds in stored["results"]["both"].items()}
recbook.claim(
    (grids["softmax"].max(axis=1) > grids["sigmoid"].max(axis=1)).all()
    and with_text["softmax"] > with_text["sigmoid"],
    en="With 12 settings each the best of the sampled softmax reaches validation NDCG@10 {a:.4f} with "
    "identities, the best of the sigmoid cross-entropy {b:.4f}; the same two settings with text, over "
    "three seeds, {c:.4f} and {d:.4f} (stored).",
    zh="各试 12 组设置，只用身份时，采样 softmax 最好的一组验证集 NDCG@10 为 {a:.4f}，sigmoid 交叉熵最"
    "好的一组为 {b:.4f}；同样的两组设置加上文本，三个随机种子平均为 {c:.4f} 和 {d:.4f}（存好的结"
    "果）。",
    a=best_of["softmax"], b=best_of["sigmoid"], c=with_text["softmax"], d=with_text["sigmoid"],
)

# %% [markdown] lang="en"
# A likely reason: the softmax compares films *for one user*, which is what a list does. The sigmoid must also get the level of each probability right, which no list asks for. We go on with the softmax.
#
# ### Callbacks, and when to stop
#
# `fit` calls **callbacks** at fixed moments: after a batch, after an epoch. Ours scores all films for all users after each epoch, by the course's protocol on the validation films, keeps the best weights, and stops when a number of epochs, its *patience*, has passed without a new best (**early stopping**). The training loss would not do as a judge: it falls as long as one trains.

# %% [markdown] lang="zh"
# 一个可能的原因：softmax 比较的是*同一位用户*的各部电影，列表要的正是这个。sigmoid 还要把每个概率的高低定准，而列表并不需要。下面用 softmax。
#
# ### 回调，以及何时停止
#
# `fit` 在固定的时刻调用**回调**（callback）：一个批次之后，一个轮次之后。我们的回调在每个轮次之后，按课程的协议，用验证集给所有用户的所有电影打分，保留最好的权重；如果连续若干个轮次（这个数叫 patience）没有新的最好成绩，就停止训练（**早停**，early stopping）。不能用训练损失来评判：只要还在训练，它就一直下降。

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
        self.seen, self.bar = [], tqdm(total=self.params["epochs"], unit="epoch", leave=False)

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
# The learning rate falls in a straight line to 0 over 12 epochs. First identities only, at the grid's best rate; then identities and text together, at 0.007, the best of seven for these (`benchmarks/towers.py`). About half a minute.

# %% [markdown] lang="zh"
# 学习率在 12 个轮次里沿直线降到 0。先只用身份，取上面最好的学习率；再把身份和文本合在一起，取 0.007，对这种组合它是七个里最好的（`benchmarks/towers.py`）。大约半分钟。

# %%
from dataclasses import replace


def train(model, settings):
    """en: Fit on batches from the pipeline; returns validation NDCG@10 after each epoch.
    zh: 用数据管道里的批次训练；返回每个轮次之后的验证集 NDCG@10。"""
    keras.utils.set_random_seed(0)
    total = towers.n_steps(split.train, settings)
    falling = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, total, 0.0)
    model.compile(keras.optimizers.Adam(falling, epsilon=dot.EPSILON), settings)
    follow = BestOnValidation(patience=5)
    model.fit(pipeline(split.train, settings), epochs=settings.epochs, verbose=0,
              callbacks=[follow], shuffle=False)
    return follow.seen

# %% tags=["nbval-ignore-output"]
chosen = stored["settings"]["best_of_grid"]["softmax"]
no_text = replace(settings, text=False, learning_rate=chosen["learning_rate"])
identities = dot.TwoTower(towers.start_weights(ratings.n_users, ratings.n_items, 0, no_text))
both = dot.TwoTower(weights, user_features, item_features)
curves = {"identity": train(identities, no_text), "both": train(both, settings)}
plots.stopping(curves)

# %% [markdown] lang="en"
# How much patience, and is the falling rate needed? One curve cannot say. Here are stored ones, three seeds for each of four ways: what the last epoch has, and what a patience of 1, 3 or 5 would have kept (means, NDCG@10 on validation).

# %% [markdown] lang="zh"
# patience 取多大合适？学习率非得逐渐降低吗？一条曲线说明不了。下面是存好的曲线，四种做法，各三个随机种子：最后一个轮次的成绩，以及 patience 取 1、3、5 时会保留的成绩（验证集 NDCG@10 的平均）。

# %%
def kept(seen, patience):
    best = 0
    for epoch, value in enumerate(seen):
        best = epoch if value > seen[best] else best
        if epoch - best >= patience:
            break
    return seen[best]


measured = recbook.stored("towers")["results"]
schedules = measured["schedules"]
looks = {"last epoch": lambda run: run[-1]}
looks |= {f"patience {p}": lambda run, p=p: kept(run, p) for p in (1, 3, 5)}
table = {way: [np.mean([look(run) for run in runs]) for look in looks.values()]
         for way, runs in schedules.items()}
rows_shown = [(plots.name(way), *(f"{value:.4f}" for value in values)) for way, values in table.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", *looks]))

# %%
last, impatient, _, patient = np.array([table[way] for way in schedules]).T
constant = np.array([way.endswith("constant") for way in schedules])
recbook.claim(
    (patient > impatient).all() and (last[~constant] > last[constant] + 0.004).all()
    and (patient - last)[constant].min() > (patient - last)[~constant].max(),
    takeaway=False,
    en="Training that stops at the first epoch without a gain loses {a:.3f} to {b:.3f} validation "
    "NDCG@10 against a patience of 5. Keeping the best epoch is worth {c:.3f} to {d:.3f} at a constant rate, "
    "and hardly anything ({e:.4f} to {f:.4f}) at a rate that falls to 0 (three seeds each, stored).",
    zh="一个轮次没有提高就停止训练，与 patience 取 5 相比，验证集 NDCG@10 损失 {a:.3f} 到 {b:.3f}。保留"
    "最好的轮次，在学习率不变时值 {c:.3f} 到 {d:.3f}；在学习率降到 0 时几乎不起作用（{e:.4f} 到 "
    "{f:.4f}；各三个随机种子，存好的结果）。",
    a=(patient - impatient).min(), b=(patient - impatient).max(), c=(patient - last)[constant].min(),
    d=(patient - last)[constant].max(), e=(patient - last)[~constant].min(),
    f=(patient - last)[~constant].max(),
)

# %% [markdown] lang="en"
# ### A list for a real user
#
# The model is trained; here are its ten films for three people of MovieLens, who are known by number, age and occupation. Films that they have rated are left out.

# %% [markdown] lang="zh"
# ### 给真实用户的列表
#
# 模型训练好了。下面是它给 MovieLens 里三位用户推荐的十部电影；他们只有编号、年龄和职业。已经评过分的电影不再推荐。

# %% tags=["nbval-ignore-output"]
def top_ten(model, user, history):
    scores = model.against(np.array([user]), all_films).numpy()[0]
    scores[history.item[history.user == user]] = -np.inf
    return titles[np.argsort(-scores, kind="stable")[:10]]


history = split.history("test")
shown = {}
for user in (0, 5, 77):
    person = ratings.users.iloc[user]
    shown[f"{person.user_id} · {person.age} · {person.occupation}"] = top_ten(both, user, history)
    last = titles[history.item[history.user == user]][-3:]
    print(f"{person.user_id}: … {', '.join(last)}")
plots.table(pd.DataFrame(shown))

# %% [markdown] lang="en"
# ### Once, on the test films
#
# Nice lists prove nothing. The **test set** has not been looked at so far; now it is, once. Beside the models: popularity, and EASE, the strong simple one of chapter 01.

# %% [markdown] lang="zh"
# ### 测试集，只看一次
#
# 列表好看，什么也证明不了。到此为止没有碰过测试集（test set），现在看一次。旁边放上流行度和第 01 章那个简单而强的 EASE。

# %% tags=["nbval-ignore-output"]
from recbook.evaluation import bootstrap
from recbook.models import EASE, Popularity

plain_dot = towers.user_features(history, title_vectors) @ title_vectors.T
reports = {
    "popularity": evaluate(Popularity(), split),
    "head": evaluate_scores(plain_dot, truth(split), exclude=history.matrix()),
    "towers, identity": judge(identities, "test"),
    "towers, both": judge(both, "test"),
    "EASE": evaluate(EASE(), split),
}
plots.ranking(reports, mark="towers, both")

# %% tags=["nbval-ignore-output"]
learned = reports["towers, both"].difference(reports["head"], "ndcg@10")
recbook.claim(
    learned.low > 0.015,
    takeaway=False,
    en="On the test films the trained towers are {a:.3f} to {b:.3f} NDCG@10 above the text's head "
    "with a positive weight, that is, above the plain dot product of the same title vectors.",
    zh="在测试集上，训练过的双塔比文章的输出头（权重为正，也就是同样的片名向量直接求点积）高 {a:.3f} "
    "到 {b:.3f}（NDCG@10）。",
    a=learned.low, b=learned.high,
)

# %% [markdown] lang="en"
# The plain dot product is all that the two-number head could ever show; the towers have learned a taste. But one training run is one throw of the dice: with other first weights and batches the result moves, perhaps by as much as what separates two models. A comparison with popularity and EASE needs several seeds.
#
# ### Identity, text, both: warm films and hidden ones
#
# Three kinds of towers with the same settings. On the left the test films, as above, with three seeds, beside popularity and EASE. On the right **hidden films**: a fifth of all films, drawn at random, is taken out of training altogether, five times; the models rank the hidden films among themselves, and relevant is a rating of 4 or more. These fits take minutes; the results are stored, and one of them is run live below.

# %% [markdown] lang="zh"
# 只有两个数的输出头，最多也就是点积本身的水平；双塔则学到了口味。但训练一次只是掷一次骰子：换一组初始权重和批次，成绩就会变动，变动也许与两个模型的差距一样大。要与流行度和 EASE 比较，得用几个随机种子。
#
# ### 身份、文本、两者：有交互的电影与藏起来的电影
#
# 三种双塔，设置相同。左边是上面的测试集，三个随机种子，旁边是流行度和 EASE。右边是**藏起来的电影**：随机抽五分之一的电影，完全不参与训练，共抽五次；模型只给藏起来的电影排序，评分 4 分及以上算相关。这些训练要好几分钟，结果是存好的，其中一个在下面现场运行。

# %%
warm, hidden = measured["keras"], measured["hidden"]
kinds = ("identity", "text", "both")
baselines = {name: measured["warm"][name]["test"] for name in ("popularity", "EASE")}
plots.warm_and_hidden(
    {kind: warm[kind]["test"] for kind in kinds} | baselines,
    {kind: hidden[kind] for kind in ("random", *kinds, "ridge")},
)

# %% [markdown] lang="en"
# For a hidden film the identity is still the random vector that it began with. With text, the film has a vector all the same. (The ridge regression is chapter 01's, from title vectors, one for each user.) Live, on the first hidden set, text only, for 4 epochs in place of 12: about 5 seconds.

# %% [markdown] lang="zh"
# 对藏起来的电影，身份向量还是当初的随机向量。有了文本，这部电影照样有向量。（岭回归是第 01 章那个，由片名向量出发，每位用户一个。）现场跑第一组，只用文本，4 个轮次而不是 12 个：大约 5 秒。

# %%
from recbook.data import cold_items

cold = cold_items(ratings, seed=0)
films = np.unique(cold.test.item)
liked = cold.test.take(cold.test.rating >= 4).matrix()[:, films]
short_run = replace(settings, identity=False, epochs=4)
by_text = dot.DotRecommender(item_features, short_run).fit(cold.train).score(everyone)
by_dice = np.random.default_rng(0).normal(size=by_text.shape)
live = {name: evaluate_scores(scores[:, films], liked) for name, scores in
        (("text", by_text), ("random", by_dice))}

# %% tags=["nbval-ignore-output"]
over_chance = live["text"].difference(live["random"], "ndcg@10")
by_set = {kind: np.array(values) for kind, values in hidden.items()}
per_user = {kind: np.array(warm[kind]["per_user"]) for kind in kinds}
recbook.claim(
    over_chance.low > 0.02 and (by_set["both"] > by_set["identity"] + 0.03).all()
    and abs(by_set["identity"].mean() - by_set["random"].mean()) < 0.015
    and (by_set["ridge"] > by_set["text"]).all(),
    en="On hidden films identities rank hardly better than dice (mean NDCG@10 of five sets {a:.3f}, "
    "random {b:.3f}); with text the towers reach {c:.3f}, better on all five, and a ridge regression "
    "on the same vectors {r:.3f} (stored). Live, text alone has {l:.3f} on one set after 4 epochs.",
    zh="在藏起来的电影上，只用身份与随机顺序相差无几（五组平均 NDCG@10 为 {a:.3f}，随机 {b:.3f}）；"
    "加上文本，双塔达到 {c:.3f}，五组都更好；用同样的向量做岭回归，是 {r:.3f}（存好的结果）。现场训练 4 "
    "个轮次，只用文本，在第一组上是 {l:.3f}。",
    a=by_set["identity"].mean(), b=by_set["random"].mean(), c=by_set["both"].mean(),
    r=by_set["ridge"].mean(), l=live["text"]["ndcg@10"],
)

# %%
per_user |= {name: np.array(measured["warm"][name]["per_user"]) for name in ("popularity", "EASE")}
over = {name: bootstrap(per_user["both"] - per_user[name]) for name in per_user if name != "both"}
recbook.claim(
    over["popularity"].low > 0 and over["text"].low > 0
    and over["EASE"].low < 0 < over["EASE"].high and over["identity"].low < 0 < over["identity"].high,
    en="On the test films, over three seeds (stored), towers with identities and text beat popularity "
    "by {a:.3f} to {b:.3f} NDCG@10 and text alone by {c:.3f} to {d:.3f}. From EASE ({e:.3f} to "
    "{f:.3f}) and from identities alone ({g:.3f} to {h:.3f}) they cannot be told apart.",
    zh="在测试集上，三个随机种子平均（存好的结果），带身份和文本的双塔比流行度高 {a:.3f} 到 {b:.3f}（"
    "NDCG@10），比只用文本高 {c:.3f} 到 {d:.3f}。与 EASE（{e:.3f} 到 {f:.3f}）、与只用身份（{g:.3f} "
    "到 {h:.3f}）都分不出高下。",
    a=over["popularity"].low, b=over["popularity"].high, c=over["text"].low, d=over["text"].high,
    e=over["EASE"].low, f=over["EASE"].high, g=over["identity"].low, h=over["identity"].high,
)

# %% [markdown] lang="en"
# So text pays where there is no history, and adds nothing that can be measured where there is one. On validation it had looked better; that is why a test set is kept. And EASE, one matrix inverse without a text or a network, is not beaten on warm films. What it cannot do is say anything about a hidden one.

# %% [markdown] lang="zh"
# 可见，文本在没有历史的地方有用；在有历史的地方，量不出它的好处。在验证集上它曾显得更好，所以才要留出测试集。EASE 只是求一次逆矩阵，不用文本，也不用网络，在有交互的电影上却没有被超过。它做不到的，是对藏起来的电影说出点什么。

# %% [markdown] lang="en"
# ### And BERT itself?
#
# In these towers the title vectors are still fixed: what is learned is a projection of them. That is a choice, made for the time it saves, and no accident as in the text. To fine-tune BERT, put it *inside* what the tape records. Take 8 users, their last two training films, and let the encoder turn the titles into vectors itself: the vector of a user's earlier film should be nearest to that of the later one (the contrastive learning of chapter 05, with temperature 0.05). The table of tokens, half of all numbers, is left as it is, for speed. About 5 seconds.

# %% [markdown] lang="zh"
# ### BERT 自己呢？
#
# 在这些双塔里，片名向量仍是固定的，学的是它们的投影。这是为了省时间而做的选择，不像文章里那样是疏忽。要微调 BERT，就把它放到 tape 记录的计算*里面*。取 8 位用户，各取训练集里最后两部电影，由编码器现场把片名变成向量：同一位用户前一部的向量，应当与后一部的最接近（第 05 章的对比学习（contrastive learning），温度系数（temperature）0.05）。词元表占了一半的参数，为了省时间，保持不动。大约 5 秒。

# %%
few = np.arange(8)
last_two = [log.item[np.argsort(log.user)][few] for log in (inner.valid, inner.test)]
earlier, later = (bert.padded([rows[film] for film in films]) for films in last_two)
tuned = [weight for weight in encoder.trainable_weights if not weight.path.startswith("tokens")]


def tune(steps):
    adam, losses = keras.optimizers.Adam(2e-5), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            scores = encoder(earlier) @ tf.transpose(encoder(later)) / 0.05  # (8, 8)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(few, scores))
        gradients = dot.whole(tape.gradient(loss, tuned))
        adam.apply(gradients, tuned)
        losses.append(float(loss))
    return gradients, losses

# %%
fixed = tf.constant(title_vectors[:24])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(fixed @ tf.transpose(fixed))
outside = tape.gradient(loss, tuned)
inside, losses = tune(3)
reached = [bool(np.abs(gradient).max() > 0) for gradient in inside]

# %% tags=["nbval-ignore-output"]
recbook.claim(
    all(gradient is None for gradient in outside)
    and sum(reached) >= len(reached) - 6 and losses[-1] < losses[0],
    en="From vectors computed beforehand no gradient leads back to BERT. With the encoder inside "
    "the tape it reaches {n} of {m} weight arrays, and three steps lower the loss on the batch "
    "from {a:.2f} to {b:.2f}.",
    zh="从事先算好的向量出发，没有梯度能回到 BERT。把编码器放进 tape，{m} 个权重数组里有 {n} 个得"
    "到梯度，三步就把这一批的损失从 {a:.2f} 降到 {b:.2f}。",
    n=sum(reached), m=len(reached), a=losses[0], b=losses[-1],
)

# %% [markdown] lang="en"
# Three steps on 8 pairs show that it can be trained, not that it gets better; chapter 05 measured what such tuning is worth. Chapter 07 writes the same towers in PyTorch and lays both training curves on top of each other.
#
# **Exercise 7**, open. `numbers` draws all known films alike. Draw them in proportion to their count, or to its square root, and compare on validation. Which films does the model push down then? (Yi et al. 2019 correct the scores for it.)

# %% [markdown] lang="zh"
# 在 8 对上走三步，只说明它能训练，不说明它会变好；这样的微调值多少，第 05 章量过。第 07 章用 PyTorch 写同样的双塔，把两条训练曲线叠在一起。
#
# **练习 7**（开放题）`numbers` 抽所有电影的机会均等。改成与出现次数成正比，或与其平方根成正比，在验证集上比较。这时模型压低的是哪些电影？（Yi et al. 2019 为此修正了得分。）

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
recbook.progress()

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
