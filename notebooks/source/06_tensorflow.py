# %% [markdown] lang="en"
# # 06 · TensorFlow: from a program that looks right to a model that recommends
#
# **You will be able to** find out what is wrong with a short Keras program that raises no error; build BERT from Keras's own layers, with published weights; write a two-tower model with its data pipeline, loss and callbacks; serve it where your code is unknown (deeper).
#
# **You need** chapters 04 (BERT, softmax) and 05 (sentence vectors, fine-tuning). Keras is explained where it is used.
#
# **One of 06 and 07 is enough.** Both build the same two towers, here in Keras on TensorFlow, in [chapter 07](07_pytorch.ipynb) in PyTorch, which also tells in full what they are worth. What each thing is called there stands in a [table](#names) at the end.
#
# **It takes** {core} to read, and {deeper} more for the part under [Deeper](#deeper); {minutes} to run on two cores.

# %% [markdown] lang="zh"
# # 06 · TensorFlow：从一段看似正确的程序到一个能推荐的模型
#
# **学完之后**，你能找出一段不报错的 Keras 短程序错在哪里；能用 Keras 自带的层搭出 BERT，装上预训练权重；能写出双塔模型（two-tower model）和它的数据管道、损失与回调（callback）；能部署到没有你的代码的地方（选读）。
#
# **需要的基础**：第 04 章（BERT、softmax）和第 05 章（句子向量、微调（fine-tuning））。Keras 的各种东西用到时解释。
#
# **06 和 07 选一章即可。** 两章搭的是同样的双塔，本章用 TensorFlow 上的 Keras，[第 07 章](07_pytorch.ipynb)用 PyTorch，双塔的完整结果也在那里。两边的名称见最后的[对照表](#names)。
#
# **所需时间**：读完核心部分{core}，[选读](#deeper)部分另需{deeper}；在双核机器上，运行{minutes}。

# %%
import tempfile

import numpy as np
import pandas as pd

import recbook
from recbook import plots
from recbook.chapters.tensorflow import figures

recbook.setup("en")

# %% [markdown] lang="en"
# Take the smallest recommender that TensorFlow can train. A film is the vector of its title (chapter 05), a user the mean of the titles watched so far. Their dot product goes into `Dense(1)` with a sigmoid: one weight, one bias. This layer is the **head**. In half of the pairs the user did watch the film, in the other half the film is drawn at random. Of each user's training films the last two are held out: one pair to fit the head, one to test it.
#
# **Keras** is the library for layers; TensorFlow does the computing. `Sequential` chains layers, `compile` names loss and optimizer, `fit` trains in **batches** of 32 pairs; one pass over all pairs is an **epoch**.

# %% [markdown] lang="zh"
# 先看 TensorFlow 能训练的最小的推荐模型。电影用片名向量表示（第 05 章）；用户用看过的各部电影的片名向量的平均值表示。两者的点积（dot product）送进带 sigmoid 的 `Dense(1)`：只有一个权重和一个偏置。这一层叫**输出头**（head）。一半样本对里的电影是用户看过的，另一半是随机抽的。每位用户训练电影的最后两部留出：一部训练输出头，一部测试。
#
# **Keras** 是描述层和模型的库，实际计算由 TensorFlow 完成。`Sequential` 把各层依次接起来，`compile` 指定损失和优化器，`fit` 训练：每**批**（batch）32 对，把所有样本对过一遍叫一个**轮次**（epoch）。

# %%
import keras
import tensorflow as tf
from keras import layers, ops
from sklearn.metrics import roc_auc_score

from recbook.data import leave_one_out
from recbook.models import towers
from recbook.text import TextEncoder

tf.get_logger().setLevel("ERROR")
ratings = recbook.load("ml-100k")
titles = ratings.items["display_title"].to_numpy()
title_vectors = TextEncoder().encode(list(titles))  # (1682, 384)
split = leave_one_out(ratings)

# %%
inner = leave_one_out(split.train)
user_means = towers.user_features(inner.train, title_vectors)  # (943, 384)
rng = np.random.default_rng(0)


def pairs_of(log):
    films = np.concatenate([log.item, rng.integers(ratings.n_items, size=log.n)])
    return user_means[np.tile(log.user, 2)], title_vectors[films], np.repeat([1.0, 0.0], log.n)


fit_users, fit_films, fit_labels = pairs_of(inner.valid)
test_users, test_films, test_labels = pairs_of(inner.test)
dots = (test_users * test_films).sum(axis=1)

# %% [markdown] lang="en"
# Train it ten times; only the weight at the start differs. (Ten heads side by side, `Dense(10)`, learn as ten models would: each gradient is a tenth as large, and Adam divides the size out.)

# %% [markdown] lang="zh"
# 训练十次，只有起始权重不同。（十个输出头并排放，即 `Dense(10)`，学到的与十个模型一样：梯度只有十分之一，而 Adam 会把大小除掉。）

# %% tags=["nbval-ignore-output"]
def train_heads(starts, rate=0.001):
    keras.utils.set_random_seed(0)
    heads = keras.Sequential([layers.Dot(axes=1), layers.Dense(len(starts), activation="sigmoid")])
    heads([fit_users[:1], fit_films[:1]])
    heads.layers[1].set_weights([np.array([starts]), np.zeros(len(starts))])
    kept = [np.array(starts)]
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: kept.append(heads.layers[1].get_weights()[0][0]))
    heads.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(rate))
    tiled = np.tile(fit_labels[:, None], len(starts))
    fitted = heads.fit([fit_users, fit_films], tiled, epochs=10, verbose=0, callbacks=[keep])
    scores = heads([test_users, test_films]).numpy()
    return np.array(kept), fitted.history["loss"], np.array([roc_auc_score(test_labels, one) for one in scores.T])


starts = [float(keras.initializers.GlorotUniform(seed=seed)((1, 1))[0, 0]) for seed in range(10)]
w, losses, head_auc = train_heads(starts)
auc = roc_auc_score(test_labels, dots)
print(f"loss: {losses[0]:.3f} -> {losses[-1]:.3f}")
figures.ten_heads(w, head_auc, auc)

# %% [markdown] lang="en"
# **AUC** is the share of comparisons, a watched pair against a drawn one, in which the watched pair has the higher score; 0.5 is chance. The loss fell, nothing complained, and some of the models recommend upside down.

# %% [markdown] lang="zh"
# 把看过的样本对与随机抽的样本对逐一相比，前者得分更高的比例就是 **AUC**；0.5 相当于随机猜测。损失在下降，程序毫无怨言，而其中几个模型的推荐顺序是颠倒的。

# %%
positive = w[-1] > 0
faster_auc = train_heads(starts, rate=0.03)[2]
recbook.claim(
    np.allclose(head_auc, np.where(positive, auc, 1 - auc), atol=1e-3) and auc > 0.53
    and (positive == (np.array(starts) > 0)).all() and (~positive).sum() >= 3 and losses[-1] < losses[0]
    and np.allclose(faster_auc, auc, atol=1e-3),
    en="A weight and a bias on one dot product can only keep an order or reverse it: of ten starts {upright} keep it "
    "and {reversed} reverse it. At a learning rate of 0.03 all keep it, and none has a higher AUC than {auc:.3f}.",
    zh="点积上只有一个权重和一个偏置，就只能保持顺序或颠倒顺序：十个起点里，{upright} 个保持，{reversed} 个颠倒。"
    "学习率提高到 0.03，十个都保持顺序，但 AUC 没有一个高于 {auc:.3f}。",
    takeaway=dict(en="A weight and a bias on a dot product can only keep an order or reverse it; to learn what a user "
                  "likes, the vectors must move.",
                  zh="点积上的一个权重和一个偏置，只能保持或颠倒顺序；要学到用户偏好，向量本身必须能变。"),
    upright=int(positive.sum()), reversed=int((~positive).sum()), auc=auc,
)

# %% [markdown] lang="en"
# ## Two numbers cannot learn what a user likes
#
# With $s = u \cdot v$ the dot product of a user's and a film's vector, the head predicts
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# $\sigma$ grows with its argument. So if $w > 0$, then $s_1 > s_2$ gives $p_1 > p_2$, whatever $b$ is: the order is that of the dot product. If $w < 0$, the order is turned round.
#
# And why do some stay below 0? Keras draws $w$ between $-\sqrt 3$ and $\sqrt 3$ (Glorot's rule), and a step of Adam is at most about as long as the learning rate, 0.001: 590 steps, 59 batches in each of 10 epochs, come to 0.59.

# %% [markdown] lang="zh"
# ## 只学两个参数，学不到用户偏好
#
# 记 $s = u \cdot v$ 为用户向量与电影向量的点积。输出头的预测是
#
# $$p = \sigma(w s + b), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# $\sigma$ 是单调递增的。所以只要 $w > 0$，由 $s_1 > s_2$ 就得到 $p_1 > p_2$，不论 $b$ 是多少：顺序就是点积的顺序。若 $w < 0$，顺序恰好颠倒。
#
# 为什么有些权重一直小于 0？Keras 从 $-\sqrt 3$ 到 $\sqrt 3$ 之间抽 $w$（Glorot 规则），而 Adam 的一步至多大约是学习率那么长，即 0.001：10 个轮次，每个轮次 59 批，共 590 步，最多走 0.59。

# %% [markdown] lang="en"
# ## A program that looks right
#
# The head comes from the [reference text](../../docs/reference.md), the article that this course follows. Its section 5.1 has this example for TensorFlow (without the comments): load BERT, turn users and items into vectors, take the dot product, train a sigmoid on it, predict.

# %% [markdown] lang="zh"
# ## 一段看似正确的程序
#
# 这个输出头出自本课程所依据的[参考文章](../../docs/reference.zh-CN.md)。它的 5.1 节给出了一个 TensorFlow 示例，略去注释如下：加载 BERT，把用户和物品变成向量，求点积，在上面训练一个 sigmoid，再预测。

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

# %% [markdown] lang="en"
# A notebook remembers names from earlier cells, so give the program an empty namespace, `{}`:

# %% [markdown] lang="zh"
# 笔记本会记住前面单元格里的名字，所以给这段程序一个空的命名空间 `{}`：

# %%
from recbook.chapters.tensorflow.elsewhere import error_of

no_file = error_of(lambda: exec(PROGRAM, {}))
print(no_file)

# %%
# en: Any function will do for BERT: the line fails before it is called.
# zh: 用任何一个函数代替 BERT 都行：还没调用它，这一行就出错了。
rest = error_of(lambda: exec("\n".join(PROGRAM.splitlines()[2:]), {"tf": tf, "bert_model": print}))
recbook.claim(
    no_file.startswith("ValueError: File format not supported")
    and rest == "NameError: name 'user_inputs' is not defined",
    en="The program stops where it loads BERT: Keras 3 goes by the ending, and loads `.keras` and old `.h5` files, "
    "while Keras 2 kept a model as a folder. And it never says what `user_inputs` is, nor `item_inputs` and `labels`.",
    zh="程序停在加载 BERT 的那一行：Keras 3 看的是扩展名，只加载 `.keras` 文件和旧的 `.h5` 文件，而 Keras 2 把模型存成文件夹。"
    "程序也没有说明 `user_inputs` 是什么，`item_inputs` 和 `labels` 也一样。",
    takeaway=False,
)

# %% [markdown] lang="en"
# A true Keras 2 folder is loaded by `tf_keras`, Keras 2 kept alive: `pip install tf_keras`, and `TF_USE_LEGACY_KERAS=1` in the environment before TensorFlow is imported.
#
# Each of the three names hides a decision. What *text* stands for a user? Which pairs are negative, when a log holds only what people did watch? How many pairs go through BERT at once? And the last line predicts for the very pairs that were trained on: nothing is held out.

# %% [markdown] lang="zh"
# Keras 2 存下的模型文件夹，要用 `tf_keras`（仍在维护的 Keras 2）加载：`pip install tf_keras`，并在导入 TensorFlow 之前设置环境变量 `TF_USE_LEGACY_KERAS=1`。
#
# 这三个变量各含一个没有说明的选择。用什么文字代表一位用户？日志里只有看过的电影，哪些样本对算负样本？一次让多少对经过 BERT？最后一行预测的又是训练用的样本对：没有留出任何数据。

# %% [markdown] lang="en"
# ### What is trained?
#
# Suppose all that is settled. The text says that BERT is fine-tuned on the task. Take a small stand-in for BERT, run the text's lines on it, and look at which weights have changed:

# %% [markdown] lang="zh"
# ### 训练了什么？
#
# 假设这些都解决了。参考文章说，BERT 要在推荐任务上微调。用一个小模型代替 BERT，跑文章的那几行，看哪些权重变了：

# %%
keras.utils.set_random_seed(0)
stand_in = keras.Sequential([layers.Embedding(100, 8), layers.GlobalAveragePooling1D()])
user_words, film_words = np.random.default_rng(0).integers(1, 100, size=(2, 64, 5))
given = [stand_in(user_words), stand_in(film_words)]  # (64, 8) each
before = stand_in.get_weights()[0]

model = keras.Sequential([layers.Dot(axes=1), layers.Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(given, np.random.default_rng(1).integers(2, size=64), epochs=10, verbose=0)
changed = (stand_in.get_weights()[0] != before).sum()
n_trained = model.count_params()

# %%
recbook.claim(
    changed == 0 and n_trained == 2,
    en="The vectors are computed once, before training, so `fit` never reaches the encoder: after 10 epochs {changed} of "
    "its weights have changed. Trained are {trained} numbers.",
    zh="向量在训练之前一次算好，`fit` 训练不到编码器：10 个轮次之后，编码器的权重有 {changed} 个改变；训练的只有 {trained} 个数。",
    takeaway=dict(en="`fit` trains what is inside the model: vectors computed beforehand are data, and learn nothing.",
                  zh="`fit` 只训练模型里面的东西：事先算好的向量只是数据，不会被训练。"),
    changed=int(changed), trained=n_trained,
)

# %% [markdown] lang="en"
# So the model must load, learn, have negatives, and be tested on what it has not seen. (What else goes wrong without an error: [Deeper](#silent).)
#
# ## BERT in under thirty lines of Keras
#
# Where does a Keras user get BERT today? The Transformers library had `TFBertModel` and `TFAutoModel`; version 5 has no TensorFlow classes any more. **KerasHub**, the Keras team's own library of pretrained models, downloads from a model hub (`from_preset`). A third way needs no hub: a file of published weights, and under thirty lines of Keras's own layers.
#
# Keras's **functional** style: begin with an `Input`, a placeholder without numbers, call layers on it, and say at the end which inputs and outputs make the model. First the layer of chapter 04: attention, added to its input and normalised; then a wider and a narrower layer, added and normalised again. The **mask** `real` says which places hold a real token and which are only **padding**.

# %% [markdown] lang="zh"
# 所以，模型要能加载，要能学习，要有负样本，还要在没见过的数据上测试。（还有哪些错误不报错，见[选读](#silent)。）
#
# ## 不到三十行 Keras 写出 BERT
#
# Keras 用户如今到哪里找 BERT？Transformers 库有过 `TFBertModel` 和 `TFAutoModel`，到第 5 版已经没有 TensorFlow 的类了。**KerasHub** 是 Keras 团队自己的预训练模型（pretrained model）库，要从模型库下载（`from_preset`）。第三条路不需要模型库：一个公开的权重文件，加上不到三十行 Keras 自带的层。
#
# Keras 的**函数式**写法：从 `Input` 开始，它是没有数值的占位符；依次把各层作用在它上面；最后说明由哪些输入和输出组成模型。先写第 04 章的那一层：注意力，残差连接，层归一化；然后先升维再降维，又是残差连接和层归一化。**掩码**（mask）`real` 标出哪些位置是真正的词元（token），哪些只是**填充**（padding）。

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
# Now the whole: vectors of tokens and of places, six layers, the mean over the real tokens, brought to length 1. The number 0 marks padding.

# %% [markdown] lang="zh"
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

# %% [markdown] lang="en"
# The weights of **MiniLM**, the small BERT whose title vectors we use, lie in a safetensors file, which PyTorch saved. `recbook.tf.bert` copies them, array by array, into a model like ours ([how](#weights)). Does our encoder give PyTorch's vectors, for 32 titles in one padded batch?

# %% [markdown] lang="zh"
# **MiniLM** 就是前几章给出片名向量的那个小型 BERT，它的权重在一个 safetensors 文件里，由 PyTorch 保存。`recbook.tf.bert` 把它们逐个数组抄进与我们相同的模型（[做法](#weights)）。在 32 个片名组成的带填充的批次上，我们的编码器给出的向量与 PyTorch 的相同吗？

# %%
from recbook.tf import bert

encoder.set_weights(bert.published().get_weights())
rows = bert.token_ids(list(titles))
some = np.random.default_rng(0).permutation(len(titles))[:32]
some_rows = [rows[film] for film in some]
ours = encoder.predict_on_batch(bert.padded(some_rows))
off = np.abs(ours - title_vectors[some]).max()

# %%
recbook.claim(
    off < 1e-5,
    en="Under thirty lines of Keras with MiniLM's weights give PyTorch's title vectors: no component differs by 0.00001.",
    zh="不到三十行 Keras 装上 MiniLM 的权重，得到的片名向量与 PyTorch 的相同：各分量相差都不到 0.00001。",
    takeaway=False,
)

# %% [markdown] lang="en"
# (Saved as `bert_model.keras`, the model loads where our code is unknown, even on [PyTorch](#elsewhere).)
#
# ## Towers that can learn
#
# A list changes when the *vectors* change. In the **two-tower model** each side has a tower, which makes a vector of 64 numbers:
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$

# %% [markdown] lang="zh"
# （存成 `bert_model.keras`，在没有这段代码的地方也能加载，甚至用 [PyTorch](#elsewhere) 运行。）
#
# ## 能学习的双塔
#
# 要改变推荐列表，就得改变向量。在**双塔模型**里，两边各有一座塔，输出 64 维的向量：
#
# $$u_i = P_i + x_i A, \qquad v_j = Q_j + y_j B, \qquad s_{ij} = u_i \cdot v_j + b_j$$

# %%
plots.identity_towers(384, 64)

# %% [markdown] lang="en"
# For user $i$: $P_i$ is a free vector of the user's own, a row of $P$, shape $(943, 64)$; $x_i$, of shape $(384,)$, the mean of the title vectors in the user's history, and $A$, $(384, 64)$, a projection. For film $j$ likewise $Q$, $(1682, 64)$, the title vector $y_j$, and $B$, $(384, 64)$. The bias $b_j$ is one number a film: how often it is watched, all in all. $P_i$ and $Q_j$ are called **ID embeddings**, here **identities** for short: they hold nothing but who is who. $x_i A$ and $y_j B$ are the **text** part: it has a vector even for a film that nobody has rated.
#
# **Exercise 1.** `model.count_params()` says 1,226,834 for these towers, though each tower's text vectors are fixed. Somebody halves the learning rate because "over a million numbers are trained on 100,000 ratings". How many numbers are *trained*, and does the argument hold? ({points})

# %% [markdown] lang="zh"
# 对用户 $i$：$P_i$ 是用户专有的自由向量，即 $P$（形状 $(943, 64)$）的一行；$x_i$ 的形状是 $(384,)$，是用户历史里片名向量的平均；$A$ 是投影矩阵，$(384, 64)$。对电影 $j$ 同样有 $Q$，$(1682, 64)$；片名向量 $y_j$；$B$，$(384, 64)$。偏置 $b_j$ 每部电影一个数，反映它总体上有多常被观看。$P_i$ 和 $Q_j$ 称为 **ID 嵌入**（ID embedding）：只区分谁是谁。$x_i A$ 和 $y_j B$ 是**文本**（text）部分：对没人评过分的电影也能给出向量。
#
# **练习 1** 对这个双塔，`model.count_params()` 给出 1,226,834，而两座塔的文本向量是固定的。有人因为“用 100,000 条评分训练一百多万个数”，把学习率减了一半。**训练**的到底有多少个数？这个理由还成立吗？（{points}）

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
# In Keras this is two `Embedding` layers, `Dense` without a bias for the projection, and one more `Embedding` of width 1 for the film's bias. The text vectors go into an `Embedding` too, with `trainable=False`: so they travel with the model when it is saved. A class of your own can be saved once it has `get_config`, with which `load_model` calls `__init__` again (without it `save` ends in `NotImplementedError`); `register_keras_serializable` tells `load_model` which class the name in the file means. The last line of `__init__` runs the model once, so that every layer has its weights.

# %% [markdown] lang="zh"
# 用 Keras 来写：两个 `Embedding` 层，投影用不带偏置的 `Dense`，电影的偏置再用一个宽度为 1 的 `Embedding`。文本向量也放进 `Embedding`，设 `trainable=False`：这样保存模型时，它们会一起存下来。自己写的模型类要能保存，得有 `get_config`，`load_model` 靠它再次调用 `__init__`（没有它，`save` 会报 `NotImplementedError`）；`register_keras_serializable` 告诉 `load_model`，文件里的名字指的是哪个类。`__init__` 的最后一行让模型跑一遍，各层就有了权重。

# %%
@keras.saving.register_keras_serializable("recbook")
class TwoTowers(keras.Model):
    def __init__(self, n_users, n_items, d=384, width=64, **options):
        super().__init__(**options)
        self.sizes = {"n_users": n_users, "n_items": n_items, "d": d, "width": width}
        numbers = {"user": n_users, "item": n_items}
        self.identity = {side: layers.Embedding(n, width) for side, n in numbers.items()}
        self.text = {side: layers.Embedding(n, d, trainable=False) for side, n in numbers.items()}
        self.projection = {side: layers.Dense(width, use_bias=False) for side in numbers}
        self.bias = layers.Embedding(n_items, 1, embeddings_initializer="zeros")
        self.mean_loss = keras.metrics.Mean("loss")  # of an epoch, for the training step below
        self((tf.constant([0]), tf.constant([0])))

    def get_config(self):
        return self.sizes

    def tower(self, side, index):  # (n,) -> (n, width)
        return self.identity[side](index) + self.projection[side](self.text[side](index))

    def call(self, pairs):  # (n,), (n,) -> (n,)
        u, v = self.tower("user", pairs[0]), self.tower("item", pairs[1])
        return ops.sum(u * v, axis=1) + self.bias(pairs[1])[:, 0]

    def against(self, users, items):  # (n,), (m,) -> (n, m)
        return self.tower("user", users) @ ops.transpose(self.tower("item", items)) + self.bias(items)[:, 0]

# %% [markdown] lang="en"
# ## A loss in which films compete
#
# Each row of the log is a positive. With it come **sampled negatives**: films drawn at random, 256 for each batch, shared by all its rows (**negative sampling**, chapter 03). The **sampled softmax** lets the positive compete with them. With $s^+$ its score and $s_1, \dots, s_m$ theirs,
#
# $$\ell = -\log \frac{e^{s^+}}{e^{s^+} + \sum_k e^{s_k}}$$
#
# By pencil, in units of $\log 2$: a positive with score 2, negatives with 1 and 0: $2^2 / (2^2 + 2 + 1) = 4/7$, so $\ell = \log \tfrac74 = 0.560$. Binary cross-entropy, as in the reference text, judges each pair alone, yes or no; a list needs only that films are ordered *for one user*. On the **validation set**, films held out for choices like this one, the softmax is slightly ahead ([Deeper](#which-loss)).
#
# A film drawn as a negative may be the very film of some row, which would then be told yes and no about it. So in the table of the negatives' scores, shape $(n, m)$, a row a positive and a column a drawn film, the score becomes $-\infty$ where the column's film is the row's own. (Other films of the same user may still be drawn.)
#
# **Exercise 2.** Somebody writes `np.isin(drawn, items)` to find these places, and the loss comes out too small. From which rows does it remove a film that it should keep? Write the sampled softmax with the rule as it is meant. ({points})

# %% [markdown] lang="zh"
# ## 让电影互相竞争的损失
#
# 日志的每一行是一个正样本。给它配上**采样的负样本**：随机抽的电影，每批 256 部，批内各行共用（**负采样**（negative sampling），第 03 章）。**采样 softmax** 让正样本与负样本竞争。记 $s^+$ 为正样本的得分，$s_1, \dots, s_m$ 为负样本的得分，
#
# $$\ell = -\log \frac{e^{s^+}}{e^{s^+} + \sum_k e^{s_k}}$$
#
# 笔算，以 $\log 2$ 为单位：正样本得分 2，负样本得分 1 和 0：$2^2 / (2^2 + 2 + 1) = 4/7$，所以 $\ell = \log \tfrac74 = 0.560$。参考文章用的二元交叉熵（binary cross-entropy）则逐对判断“是”或“否”，而列表只要求对**同一位用户**把电影的顺序排对。在专为这类选择留出的电影，即**验证集**（validation set）上，softmax 略占优势（[选读](#which-loss)）。
#
# 抽作负样本的电影，可能正是某一行的正样本，标签就既正又负了。所以在负样本得分的表里（形状 $(n, m)$，一行对应一个正样本，一列对应一部抽出的电影），某列的电影若正是某行自己的电影，就把那一格设为 $-\infty$。（同一位用户的其他电影仍可能被抽到。）
#
# **练习 2** 有人用 `np.isin(drawn, items)` 来找这些格子，算出的损失偏小。它在哪些行里去掉了不该去掉的电影？请按上面的规则写出采样 softmax。（{points}）

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
# ## The pipeline
#
# **tf.data** makes batches while the model computes. A `Dataset` is a recipe, and each method adds a step: `shuffle` mixes, `batch` cuts, `map` looks up, `prefetch` makes the next batch ready while the current one is trained on. `tf.data.AUTOTUNE` leaves to TensorFlow how many calls run at once and how many batches wait. (`cache` would keep what slow steps before it made, reading or tokenizing; our rows lie in memory: [measured](#speed).)

# %% [markdown] lang="zh"
# ## 数据管道
#
# **tf.data** 在模型计算的同时准备批次。`Dataset` 是一份流程，每个方法给它加一步：`shuffle` 打乱，`batch` 切批，`map` 查表，`prefetch` 在训练这一批时备好下一批。`tf.data.AUTOTUNE` 把同时调用几次、预备几批交给 TensorFlow 决定。（前面的步骤慢时，如读文件、分词，`cache` 才值得；这里的数据本来就在内存里：[测量](#speed)。）

# %%
from recbook.tf import dot


def pipeline(log, settings):
    """en: Batches of (users, items, negatives) for one epoch, drawn anew each time.
    zh: 一个轮次的批次（用户，物品，负样本），每次重新抽取。"""
    columns = (log.user, log.item, np.unique(log.item))
    users, items, known = (tf.constant(column, tf.int64) for column in columns)
    rows = tf.data.Dataset.range(log.n).shuffle(log.n, seed=0).batch(settings.batch_size)
    numbers = tf.data.Dataset.random(seed=0, rerandomize_each_iteration=True).batch(settings.negatives)

    def look_up(rows, numbers):
        return tf.gather(users, rows), tf.gather(items, rows), tf.gather(known, numbers % len(known))

    together = tf.data.Dataset.zip(rows, numbers).map(look_up, num_parallel_calls=tf.data.AUTOTUNE)
    return together.prefetch(tf.data.AUTOTUNE)


settings = towers.TowerSettings(epochs=6)
print(settings)

# %% [markdown] lang="en"
# The negatives are a dataset of their own: drawn inside `map` with a fixed seed, they would be the same in each epoch ([Deeper](#seeds)). And `shuffle(log.n)` has room for the whole log: many logs stand in the order of their users, and there `shuffle(1000)` leaves batches of a few neighbours. For `shuffle(size)` fills a **buffer** with the first `size` rows, and then, again and again, gives out a random row of it and puts the next row of the data into its place; when no row is left to follow, the buffer's last row moves into the gap.
#
# **Exercise 3.** A log stands in the order of its users; a colleague writes `shuffle(2)`, and wonders that each user's ratings still come together. Write what the buffer does: `picks[k]` is the place in the buffer that is given out in step `k`. By how many places can a row come earlier, at most? ({points})

# %% [markdown] lang="zh"
# 负样本单独成为一个数据集：写在 `map` 里、又固定了种子，每个轮次抽到的就都一样（[选读](#seeds)）。`shuffle(log.n)` 装得下整个日志：许多日志按用户排列，那时写 `shuffle(1000)`，每一批里就只有相邻的几位用户。因为 `shuffle(size)` 先用前 `size` 行填满一个**缓冲区**（buffer），然后反复从中随机交出一行，由数据的下一行补上空位；数据用完之后，由缓冲区的最后一行来补。
#
# **练习 3** 日志按用户排列，一位同事写了 `shuffle(2)`，奇怪为什么每位用户的评分还是挤在一起。请写出缓冲区的做法：`picks[k]` 是第 `k` 步交出的那一行在缓冲区里的位置。一行最多能提前几个位置？（{points}）

# %% exercise="tensorflow-buffer" points=2
def shuffled(rows, size, picks):
    """en: The rows in the order in which a buffer of `size` gives them out. Step k gives out the row at place
    en: picks[k] of the buffer; the next row takes that place, or, when there is none, the buffer's last row.
    en: If there are fewer rows than `size`, the buffer holds all of them.
    zh: 大小为 `size` 的缓冲区交出各行的顺序。第 k 步交出缓冲区里位置 picks[k] 上的行；数据的下一行放到这个位置，
    zh: 数据用完时，由缓冲区的最后一行补上。行数不足 `size` 时，缓冲区装下全部。"""
    ### BEGIN SOLUTION
    held, coming, out = list(rows[:size]), list(rows[size:]), []
    for place in picks:
        out.append(held[place])
        if coming:
            held[place] = coming.pop(0)
        else:
            held[place] = held[-1]
            held.pop()
    return out
    ### END SOLUTION

# %% check="tensorflow-buffer"
recbook.check("tensorflow-buffer", shuffled)

# %% [markdown] lang="en"
# ## The training step
#
# `fit` by itself wants an input and a label; our negatives are shared by all rows of a batch. So we write `train_step`, what `fit` does with a batch, and leave the rest (epochs, callbacks, the graph) to Keras. A **GradientTape** records how the loss was computed, and plays the record back for the gradients. `fit` does not average what `train_step` returns: a metric does, which `metrics` names so that it begins anew in each epoch.
#
# One line is unusual. The gradient of a lookup comes in pieces, one for each time that a row was looked up, and Keras's Adam squares them piece by piece: a film that stands in a batch twice moves too far. `dot.whole` adds the pieces up first. A plain `Embedding` under plain `fit` is hit too ([measured](#pieces)).

# %% [markdown] lang="zh"
# ## 训练的一步
#
# `fit` 默认要的是一个个输入和标签，而这里的负样本由一批里的各行共用。所以要写 `train_step`，规定 `fit` 怎样处理一个批次，其余的（轮次、回调、计算图）都交给 Keras。**梯度带**（GradientTape）记下损失的计算过程，再沿着记录倒推出梯度。`train_step` 返回的损失，`fit` 不会去求平均，要靠一个指标来做；在 `metrics` 里列出它，每个轮次就会重新开始。
#
# 有一行与常见写法不同。查表的梯度是一片一片的，一行每被查一次就有一片，而 Keras 的 Adam 逐片求平方：一批里出现两次的电影，步子就迈大了。`dot.whole` 先把各片加起来。普通的 `Embedding` 配普通的 `fit` 同样会碰到（[测量](#pieces)）。

# %%
@keras.saving.register_keras_serializable("recbook")
class Trained(TwoTowers):
    @property
    def metrics(self):
        return [self.mean_loss]

    def loss_of(self, users, items, negatives):
        others = self.against(users, negatives)
        others = tf.where(negatives == items[:, None], tf.constant(-np.inf, others.dtype), others)
        return dot.softmax_loss(self((users, items)), others)

    def train_step(self, batch):
        with tf.GradientTape() as tape:
            loss = self.loss_of(*batch)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(dot.whole(gradients), self.trainable_weights)
        self.mean_loss.update_state(loss)
        return {"loss": self.mean_loss.result()}

# %% [markdown] lang="en"
# ## Callbacks: ask the validation films
#
# `fit` calls **callbacks** at fixed moments. Keras has most of what one wants: `EarlyStopping` (stop when a number of epochs, its **patience**, has passed without a new best), `ModelCheckpoint` (keep the best model on disk), `TensorBoard` (curves in a browser). They read the dictionary `logs`. But our measure, NDCG@10 over all films, is no Keras metric, since it ranks *all* films for a user and leaves out those rated before.
#
# So one small callback computes it and puts it into `logs`, where those after it in the list find `val_ndcg`. It must stand *first*, or `EarlyStopping` finds nothing, warns, and never stops; and `mode="max"` must be said, as higher is better.

# %% [markdown] lang="zh"
# ## 回调：每个轮次之后在验证集上评估
#
# `fit` 在固定的时刻调用**回调**。常用的 Keras 都有：`EarlyStopping`（连续若干个轮次没有新的最好成绩就停，这个轮次数叫**耐心值**（patience））、`ModelCheckpoint`（把最好的模型存到磁盘）、`TensorBoard`（在浏览器里看曲线）。它们读的都是 `logs` 这个字典。但我们的指标，即全量排序（full ranking）的 NDCG@10，不是 Keras 自带的：它要给一位用户排列所有电影，还要去掉评过分的。
#
# 所以写一个小回调，算出它，放进 `logs`，排在后面的回调就能看到 `val_ndcg`。它必须排在**最前面**，否则 `EarlyStopping` 找不到这个数，只发出警告，永远不停；还要写明 `mode="max"`，因为越高越好。

# %%
from tqdm.keras import TqdmCallback

from recbook.evaluation import evaluate, evaluate_scores, truth

everyone, all_films = np.arange(ratings.n_users), np.arange(ratings.n_items)


def judge(model, on):
    scores = model.against(everyone, all_films).numpy()
    return evaluate_scores(scores, truth(split, on), exclude=split.history(on).matrix())


class AskValidation(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["val_ndcg"] = judge(self.model, "valid")["ndcg@10"]

# %%
item_features = towers.centred(title_vectors)
user_features = towers.user_features(split.train, item_features)


def new_towers(text=True):
    """en: Untrained towers; without text its vectors are 0, and the projections learn nothing.
    zh: 没有训练过的双塔；不用文本时，文本向量为 0，投影学不到东西。"""
    model = Trained(ratings.n_users, ratings.n_items)
    start = towers.start_weights(ratings.n_users, ratings.n_items, 384, settings)
    for side, vectors in (("user", user_features), ("item", item_features)):
        model.text[side].set_weights([vectors * text])
        model.identity[side].set_weights([start[f"{side}_identity"]])
        model.projection[side].set_weights([start[f"{side}_projection"]])
    return model

# %%
def train(model, settings, *more):
    """en: Fit with Keras's callbacks, patience 3; returns validation NDCG@10 and loss of each epoch.
    zh: 用 Keras 自带的回调训练，耐心值 3；返回每个轮次的验证集 NDCG@10 和损失。"""
    keras.utils.set_random_seed(0)
    falling = keras.optimizers.schedules.PolynomialDecay(
        settings.learning_rate, towers.n_steps(split.train, settings), end_learning_rate=0)
    # en: 16 steps at a time in the graph, before Python is asked again: the same steps, in less time.
    # zh: 每次在计算图里连走 16 步再回到 Python：步子相同，时间更短。
    model.compile(keras.optimizers.Adam(falling), steps_per_execution=16)
    best = {"monitor": "val_ndcg", "mode": "max"}
    stop = keras.callbacks.EarlyStopping(**best, patience=3, restore_best_weights=True)
    asked = [AskValidation(), stop, *more, TqdmCallback(verbose=0, leave=False)]
    seen = model.fit(pipeline(split.train, settings), epochs=settings.epochs, verbose=0,
                     callbacks=asked, shuffle=False).history
    return seen["val_ndcg"], seen["loss"]

# %% [markdown] lang="en"
# Train twice. First with identities and text: the learning rate starts at 0.007 and falls to 0 over 6 epochs (half as many as in the stored results below, for time), and the best model goes to disk as well. Then with identities alone, and carelessly: a rate of 0.03, and a plan of 30 epochs. Compare how the two runs end, not how good they are.

# %% [markdown] lang="zh"
# 训练两次。第一次用 ID 嵌入加文本：学习率从 0.007 开始，在 6 个轮次里降到 0（为节省时间，只有下文存好的结果的一半），最好的模型还会存到磁盘上。第二次只用 ID 嵌入，故意随便设置：学习率 0.03，计划 30 个轮次。只比较两次怎样停下，不比较好坏。

# %% tags=["nbval-ignore-output"]
careless = towers.TowerSettings(learning_rate=0.03, epochs=30)
both = new_towers()
with tempfile.TemporaryDirectory() as folder:
    saved = keras.callbacks.ModelCheckpoint(f"{folder}/best.keras", "val_ndcg", mode="max", save_best_only=True)
    runs = {"both, planned": train(both, settings, saved)}
    from_disk = keras.models.load_model(f"{folder}/best.keras")
runs["identity, careless"] = train(new_towers(text=False), careless)
figures.stopping(runs, {"both, planned": settings.epochs, "identity, careless": careless.epochs})

# %% tags=["nbval-ignore-output"]
stopped, falling = runs["identity, careless"]
recbook.claim(
    len(stopped) < 15 and (np.diff(falling) < 0).all() and np.argmax(stopped) == len(stopped) - 4
    and len(runs["both, planned"][0]) == settings.epochs,
    en="The careless run was stopped after {epochs} of 30 epochs, the last 3 without a new best, while the training loss "
    "fell in every epoch. The planned run went to its end.",
    zh="随便设置的那次训练，计划 30 个轮次，到第 {epochs} 个就停了：最后 3 个轮次没有新的最好成绩，而训练损失每个轮次都在下降。另一次则训练到了计划的终点。",
    takeaway=dict(en="The training loss cannot say when to stop: let a callback of your own, the first in the list, put your measure "
                  "into `logs`, and Keras's `EarlyStopping` does the rest.",
                  zh="训练损失说明不了何时该停：自己写一个回调，排在最前面，把自己的指标放进 `logs`，其余的交给 "
                  "Keras 的 `EarlyStopping`。"),
    epochs=len(stopped),
)
again = from_disk.against(everyone, all_films).numpy() - both.against(everyone, all_films).numpy()
recbook.claim(
    np.abs(again).max() < 1e-5,
    en="The model that `ModelCheckpoint` wrote, loaded with `load_model`, scores every user and film as the one in memory, "
    "to which `EarlyStopping` gave its best weights back.",
    zh="`EarlyStopping` 把最好的权重还给了内存里的模型；用 `load_model` 加载 `ModelCheckpoint` 写下的模型，对每位用户、"
    "每部电影，两者的得分相同。",
    takeaway=False,
)

# %% [markdown] lang="en"
# ([How much patience?](#patience))
#
# **Exercise 4.** Somebody moves from Keras 2 with patience 3 and keeps `mode="min"`, the word that fits a loss. The run stops after 4 epochs and keeps the first, though NDCG rose in each. Write `EarlyStopping` for a measure where *higher* is better: after how many epochs does the run end, and which epoch's weights does it keep (the first is 1)? Equal is no new best. ({points})

# %% [markdown] lang="zh"
# （[耐心值取多大？](#patience)）
#
# **练习 4** 有人从 Keras 2 迁移过来，耐心值是 3，照旧写 `mode="min"`，那是给损失用的。结果 NDCG 每个轮次都在升，训练却在 4 个轮次后停下，保留的是第一个轮次。请为**越高越好**的度量写出 `EarlyStopping`：训练在几个轮次之后结束？保留哪个轮次的权重（第一个轮次记为 1）？与最好成绩相等不算新的最好成绩。（{points}）

# %% exercise="tensorflow-patience" points=2
def stopped_and_kept(values, patience):
    """en: The number of epochs that are run, and the epoch that is kept. values[0] is the measure after epoch 1,
    en: and so on: what a run without stopping would have. It ends early when `patience` epochs have passed
    en: without a new best.
    zh: 实际训练的轮次数，以及保留的轮次。values[0] 是第 1 个轮次之后的度量，依此类推，即不提前停止时的各个值。
    zh: 连续 `patience` 个轮次没有新的最好成绩，就提前结束。"""
    ### BEGIN SOLUTION
    best = 1
    for epoch, value in enumerate(values, start=1):
        if value > values[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(values), best
    ### END SOLUTION

# %% check="tensorflow-patience"
recbook.check("tensorflow-patience", stopped_and_kept)

# %% [markdown] lang="en"
# ## What it is worth
#
# So far the **test set** has not been used, and no setting was chosen on it. Now once, beside popularity, EASE of chapter 01, and the plain dot product, the best that the head of the beginning can show:

# %% [markdown] lang="zh"
# ## 效果如何
#
# 到此为止没有用过测试集（test set），也没有哪个设置是在它上面选的。现在用一次，旁边放上流行度基线（popularity baseline）、第 01 章的 EASE，以及点积本身，即开头那个输出头的上限：

# %% tags=["nbval-ignore-output"]
from recbook.models import EASE, Popularity

history = split.history("test")
plain_dot = towers.user_features(history, item_features) @ item_features.T
reports = {
    "popularity": evaluate(Popularity(), split),
    "plain dot product": evaluate_scores(plain_dot, truth(split), exclude=history.matrix()),
    "towers, both": judge(both, "test"),
    "EASE": evaluate(EASE(), split),
}
plots.ranking(reports, mark="towers, both",
              en="The towers pass popularity; fixed title vectors do not",
              zh="双塔胜过流行度基线；固定的片名向量不行")

# %% tags=["nbval-ignore-output"]
ndcg = {name: report["ndcg@10"] for name, report in reports.items()}
head_below = reports["popularity"].difference(reports["plain dot product"], "ndcg@10")
learned = reports["towers, both"].difference(reports["popularity"], "ndcg@10")
recbook.claim(
    head_below.low > 0.01 and learned.low > 0,
    en="User by user, on the test films: the dot product of fixed title vectors is below popularity by {low:.3f} to "
    "{high:.3f} NDCG@10, the towers of this one run are above popularity by {towers_low:.3f} to {towers_high:.3f}.",
    zh="在测试集上逐个用户相比：固定的片名向量的点积，NDCG@10 比流行度低 {low:.3f} 到 {high:.3f}；这一次训练的双塔比流行度高 "
    "{towers_low:.3f} 到 {towers_high:.3f}。",
    takeaway=False, low=head_below.low, high=head_below.high, towers_low=learned.low, towers_high=learned.high,
)
recbook.claim(
    ndcg["EASE"] > ndcg["towers, both"],
    en="EASE has {ease:.3f}, the towers {towers:.3f}: a formula without any training loop is not beaten here.",
    zh="EASE 是 {ease:.3f}，双塔是 {towers:.3f}：没有训练循环的一个公式，在这里没有被超过。",
    takeaway=False, ease=ndcg["EASE"], towers=ndcg["towers, both"],
)

# %% [markdown] lang="en"
# Over three seeds, and with identities and text apart (stored; mean NDCG@10). On the right stand films that take no part in training, ranked among themselves, so do not compare across:

# %% [markdown] lang="zh"
# 存好的结果：三个种子的平均，ID 嵌入和文本分开来看（NDCG@10）。右边是完全不参与训练的电影，只在它们之间排序，左右不能相比：

# %%
measured = recbook.stored("towers")["results"]
kinds = ("identity", "text", "both")
films_rated, films_new = ([np.mean(one) for one in found] for found in (
    [measured["keras"][kind]["test"] for kind in kinds], [measured["hidden"][kind] for kind in kinds]))
plots.table(pd.DataFrame({"": [plots.name(kind) for kind in kinds],
                          "films with ratings": [f"{value:.3f}" for value in films_rated],
                          "films that nobody rated": [f"{value:.3f}" for value in films_new]}))
random_order = np.mean(measured["hidden"]["random"])
recbook.claim(
    films_rated[2] < films_rated[0] < films_rated[2] + 0.005 and films_new[1] > films_new[0] + 0.05
    and abs(films_new[0] - random_order) < 0.01,
    en="For films with ratings, text adds nothing to identities. Films that nobody rated identities put into a random "
    "order ({identity:.3f}; at random {random:.3f}); text reaches {text:.3f}, both {both:.3f} (stored).",
    zh="对有评分的电影，在 ID 嵌入之外再加文本，没有好处。对没人评过分的电影，ID 嵌入给出的是随机的顺序"
    "（{identity:.3f}，随机排序是 {random:.3f}）；只用文本达到 {text:.3f}，两者都用达到 {both:.3f}（存好的结果）。",
    takeaway=dict(en="Films that nobody has rated are ranked by their text alone: their identities are still random.",
                  zh="没人评过分的电影，只有文本能排出顺序：它们的 ID 嵌入还是随机的。"),
    identity=films_new[0], random=random_order, text=films_new[1], both=films_new[2],
)

# %% [markdown] lang="en"
# Deeper: [a list](#list) for one user, [an export](#serving) that runs without your code. Intervals, ridge regression, and why identities help text: [chapter 07](07_pytorch.ipynb#contribute).

# %% [markdown] lang="zh"
# 选读里有一位用户的[列表](#list)和不依赖你的代码的[导出](#serving)。各项的区间、岭回归，以及 ID 嵌入为什么能帮到文本，见[第 07 章](07_pytorch.ipynb#contribute)。

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
# - F. Chollet et al. *Keras 3*, [guides](https://keras.io/guides/): the functional API, masking and padding, customising what happens in `fit`. [KerasHub](https://keras.io/keras_hub/): its pretrained models. [Migrating to Keras 3](https://keras.io/guides/migrating_to_keras_3/): what became of Keras 2, `tf_keras` included.
# - P.-S. Huang et al. (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665). Two towers.
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996).

# %% [markdown] lang="zh"
# - F. Chollet et al. *Keras 3*，[指南](https://keras.io/guides/)：函数式 API、掩码与填充、自定义 `fit` 的行为。[KerasHub](https://keras.io/keras_hub/)：预训练模型。[迁移到 Keras 3](https://keras.io/guides/migrating_to_keras_3/)：Keras 2 后来怎样，包括 `tf_keras`。
# - P.-S. Huang et al. (2013). *Learning deep structured semantic models for web search using clickthrough data.* CIKM. [doi:10.1145/2505515.2505665](https://doi.org/10.1145/2505515.2505665)。双塔的出处。
# - X. Yi et al. (2019). *Sampling-bias-corrected neural modeling for large corpus item recommendations.* RecSys. [doi:10.1145/3298689.3346996](https://doi.org/10.1145/3298689.3346996)。

# %% [markdown] lang="en"
# ## Deeper <a id="deeper"></a>
#
# ### Errors that say nothing <a id="silent"></a>
#
# Three mistakes that Keras lets pass: the wrong output, a mask that gets lost, and a `predict` that works mostly on padding.
#
# **The wrong output.** A BERT as published on a hub gives a dictionary: a vector for each token, and one for the whole text, made by pooling. The dictionary is refused by `Dot`. But whoever then picks the first output at hand, the token vectors, gets no error, and 8 "probabilities" a pair in place of one: `Dot(axes=1)` has summed over the *places* and compared each of the 8 coordinates with each.

# %% [markdown] lang="zh"
# ## 选读 <a id="deeper"></a>
#
# ### 不报错的错误 <a id="silent"></a>
#
# Keras 不会拦下的三种错误：取错输出、丢失掩码，以及主要在计算填充的 `predict`。
#
# **取错输出。** 模型库里发布的 BERT 输出的是一个字典：每个词元一个向量，另有一个由池化（pooling）得到的整段文字的向量。`Dot` 会拒绝字典。但如果随手取词元向量那个输出，就不会报任何错，只是每对样本得到 8 个“概率”，而不是一个：`Dot(axes=1)` 沿位置求和，把 8 个坐标两两相乘了。

# %%
tokens = stand_in.layers[0](user_words), stand_in.layers[0](film_words)  # (64, 5, 8) each
from_tokens = layers.Dense(1, activation="sigmoid")(layers.Dot(axes=1)(tokens)).shape
from_texts = layers.Dense(1, activation="sigmoid")(layers.Dot(axes=1)(given)).shape
print(f"{tuple(from_tokens) = }, {tuple(from_texts) = }")

# %% [markdown] lang="en"
# **A mask that gets lost.** Keras can carry the mask along by itself: `Embedding(mask_zero=True)` attaches it to its output, and later layers use it. We passed it by hand, for a reason. Three versions of a toy show it. How far does padding move the mean?

# %% [markdown] lang="zh"
# **丢失的掩码。** Keras 可以自动传递掩码：`Embedding(mask_zero=True)` 把掩码附在输出上，后面的层会用到。我们却是手工传的，这是有原因的。用一个小模型的三种版本来看：填充会使平均向量改变多少？

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
    from_tokens == (64, 8, 1) and from_texts == (64, 1)
    and moved["mask by itself"] > 1e-3 and max(moved[kind] for kind in moved if kind != "mask by itself") < 1e-5,
    takeaway=False,
    en="Padding moves a vector where Keras's mask meets the addition of places. Without that addition, or "
    "with the mask passed by hand, it does not (less than 1e-5).",
    zh="掩码由 Keras 传递、又加上位置向量时，填充会改变向量。不加位置向量，或者手工传递掩码，就不会（变化"
    "小于 1e-5）。",
)

# %% [markdown] lang="en"
# `Add` had one input with a mask and one without, and dropped it: no error, no warning, but each vector now depends on how long the longest title of its batch is. That is why one compares a ported model on *padded* batches.

# %% [markdown] lang="zh"
# `Add` 的一个输入带掩码，一个不带，于是掩码被丢掉了：没有报错，没有警告，但每个向量都变得与批次里最长的片名有关。所以移植模型时，要在**带填充**的批次上比对。

# %% [markdown] lang="en"
# **A `predict` on padding.** The obvious way to encode all titles is one array and one call. The array is a rectangle, as wide as the longest title. `bert.encode` sorts the rows by length, cuts, and pads each batch by itself. How many places does BERT work through?

# %% [markdown] lang="zh"
# **主要在计算填充的 `predict`。** 要编码所有片名，最直接的办法是一个数组、一次调用。数组是矩形，宽度等于最长的片名。`bert.encode` 则把各行按长度排序，切成批，每批各自填充。BERT 要算多少个位置？

# %%
by_length = sorted(rows, key=len)
batches = [by_length[start : start + 64] for start in range(0, len(rows), 64)]
rectangle = len(rows) * max(map(len, rows))
sorted_first = sum(len(batch) * max(map(len, batch)) for batch in batches)
bucketed = bert.encode(encoder, some_rows, batch_size=16)
recbook.claim(
    rectangle > 2.5 * sorted_first and np.abs(bucketed - title_vectors[some]).max() < 1e-5,
    takeaway=False,
    en="All titles in one rectangle are {rectangle:,} places, in batches by length {by_length:,}; the vectors are the same.",
    zh="全部片名放进一个矩形，BERT 要算 {rectangle:,} 个位置；按长度分批，只要算 {by_length:,} 个；得到的向量相同。",
    rectangle=rectangle, by_length=sorted_first,
)

# %% [markdown] lang="en"
# And the text's `bert_model(user_inputs)` has no batches at all. Each of MiniLM's layers has a step that widens each token to 1,536 numbers of 4 bytes; for one row a rating, 24 tokens a text, this one array would need:

# %% [markdown] lang="zh"
# 参考文章里的 `bert_model(user_inputs)` 干脆没有分批。MiniLM 的每一层都有一步把每个词元扩成 1,536 个数，每个数 4 字节；如果一条评分一行、每段文字 24 个词元，仅这一个数组就需要：

# %%
print(f"{ratings.n * 24 * 1536 * 4 / 1e9:.1f} GB")

# %% [markdown] lang="en"
# ### The published weights <a id="weights"></a>
#
# How the weights came into our encoder: they lie in a safetensors file: names and arrays, nothing that could run. PyTorch keeps the table of a linear layer as (out, in), Keras as (in, out): so tables are transposed. Attention's tables have a third axis in Keras, the heads: (in, heads, out / heads) for query, key and value, (heads, in / heads, out) for the output. Either is a reshape. `layer.weights` lists the table before the bias; in attention, those of query, key, value and output in turn. BERT also has **segment embeddings** (chapter 04); a title is one sentence, so the vector of the first is simply added to all places.
#
# And two things must be as in MiniLM. Keras's `LayerNormalization` adds 0.001 to the variance, BERT $10^{-12}$. The function GELU exists in two forms, $x \, \Phi(x)$ itself, with $\Phi$ the distribution function of the standard normal, and an approximation by tanh. MiniLM has the first, and so has Keras's `"gelu"`; some ports use the second.

# %% [markdown] lang="zh"
# ### 预训练权重 <a id="weights"></a>
#
# 权重是怎样装进编码器的：它们在一个 safetensors 文件里，其中只有名字和数组，没有可执行的内容。线性层的权重矩阵，PyTorch 存成（输出，输入），Keras 存成（输入，输出），所以要转置。注意力的权重矩阵在 Keras 里多一个轴，即头：查询、键、值是（输入，头数，输出 / 头数），输出是（头数，输入 / 头数，输出），都用 reshape 改变形状即可。`layer.weights` 里先是权重矩阵，后是偏置；注意力层依次是查询、键、值、输出。BERT 还有**片段嵌入**（segment embedding，第 04 章）；片名只有一句，把第一句的向量加到所有位置上即可。
#
# 还有两处必须与 MiniLM 一致。Keras 的 `LayerNormalization` 给方差加 0.001，BERT 加的是 $10^{-12}$。GELU 函数有两种写法，$x \, \Phi(x)$ 本身（$\Phi$ 是标准正态分布函数）和用 tanh 的近似。MiniLM 用的是前一种，Keras 的 `"gelu"` 也是；有些移植版用的是后一种。

# %%
from safetensors.numpy import load_file

from recbook.data import fetch

tensors = load_file(fetch.ensure("all-MiniLM-L6-v2") / "model.safetensors")
by_hand = sentence_encoder()


def pair(name):
    return tensors[f"{name}.weight"].T, tensors[f"{name}.bias"]


def give(layer, *arrays):
    shapes = [weight.shape for weight in by_hand.get_layer(layer).weights]
    by_hand.get_layer(layer).set_weights([a.reshape(shape) for a, shape in zip(arrays, shapes)])

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

# %%
recbook.claim(
    all((one == other).all() for one, other in zip(by_hand.get_weights(), encoder.get_weights())),
    takeaway=False,
    en="Copied by hand, all {arrays} weight arrays are those of our encoder, number by number.",
    zh="手工抄写的 {arrays} 个权重数组，与编码器里的数值逐个相同。",
    arrays=len(by_hand.weights),
)

# %% [markdown] lang="en"
# ### The same file on PyTorch <a id="elsewhere"></a>
#
# What the ending buys: save the encoder under the name that the program wanted, with `.keras`, and load it in a new process that has none of our code. Keras runs on TensorFlow, on PyTorch or on JAX; that process says `KERAS_BACKEND=torch`. It prints the backend, whether TensorFlow was imported, and whether the vectors agree (`run_fresh` returns the last line printed).

# %% [markdown] lang="zh"
# ### 同一个文件，用 PyTorch 运行 <a id="elsewhere"></a>
#
# 扩展名带来的好处：按参考程序里的文件名保存编码器，补上 `.keras`，再在一个没有本章代码的新进程里加载。Keras 可以在 TensorFlow、PyTorch 或 JAX 上运行；那个进程设了 `KERAS_BACKEND=torch`。它输出三项：后端，是否导入了 TensorFlow，向量是否一致（`run_fresh` 返回输出的最后一行）。

# %%
from recbook.chapters.tensorflow.elsewhere import run_fresh

ELSEWHERE = """import sys, keras, numpy as np
bert_model = keras.models.load_model('bert_model.keras')
difference = bert_model.predict(np.load('ids.npy'), verbose=0) - np.load('vectors.npy')
print(keras.backend.backend(), 'tensorflow' in sys.modules, abs(difference).max() < 1e-5)"""

with tempfile.TemporaryDirectory() as folder:
    encoder.save(f"{folder}/bert_model.keras")
    np.save(f"{folder}/ids.npy", bert.padded(some_rows))
    np.save(f"{folder}/vectors.npy", title_vectors[some])
    loaded = run_fresh(ELSEWHERE, folder, KERAS_BACKEND="torch")
print(loaded)

# %%
recbook.claim(
    loaded == "torch False True",
    en="The file `bert_model.keras`, a model of built-in layers, gives the same vectors in a new process on PyTorch, where "
    "TensorFlow is not imported at all.",
    zh="文件 `bert_model.keras` 只用到自带的层，在新进程里用 PyTorch 给出同样的向量，那里根本没有导入 TensorFlow。",
    takeaway=False,
)

# %% [markdown] lang="en"
# ### Loss from scores, not from probabilities <a id="logits"></a>
#
# The other loss, and a trap of Keras's. **Sigmoid cross-entropy** takes each pair by itself, a yes or a no, and the negatives together weigh $c$:
#
# $$\ell = -\log \sigma(s^+) - \frac{c}{m} \sum_k \log \sigma(-s_k)$$
#
# By pencil, with the scores of above and $c = 1$: $-\log \sigma(2 \log 2) = \log \tfrac54$, then $\log 3$ and $\log 2$, so $\ell = \log \tfrac54 + \tfrac12 \log 6 = 1.119$.

# %% [markdown] lang="zh"
# ### 损失由得分算，不由概率算 <a id="logits"></a>
#
# 另一种损失，以及 Keras 的一个陷阱。**sigmoid 交叉熵**把每一对都当作单独的二分类问题，负样本合起来的权重是 $c$：
#
# $$\ell = -\log \sigma(s^+) - \frac{c}{m} \sum_k \log \sigma(-s_k)$$
#
# 笔算，得分同上，$c = 1$：$-\log \sigma(2 \log 2) = \log \tfrac54$，然后是 $\log 3$ 和 $\log 2$，所以 $\ell = \log \tfrac54 + \tfrac12 \log 6 = 1.119$。

# %%
positive_score, negative_scores = np.log([4.0]), np.log([[2.0, 1.0]])
softmax = float(dot.softmax_loss(positive_score, negative_scores))
sigmoid = float(dot.sigmoid_loss(positive_score, negative_scores, negative_weight=1.0))
print(f"{softmax = :.3f}, {np.log(7 / 4) = :.3f}")
print(f"{sigmoid = :.3f}, {np.log(5 / 4) + np.log(6) / 2 = :.3f}")

# %% [markdown] lang="en"
# Both take the scores themselves, called **logits**, not $\sigma$ of them. Computed from $\sigma$, a score of 800 gives a probability of exactly 1 in the computer, and the other side $\log 0$. Computed from the score, $-\log \sigma(-s) = \log(1 + e^{s})$ is about $s$ for a large $s$. Keras's loss asks `from_logits=True` for that; forget it, and scores are taken for probabilities without a word:

# %% [markdown] lang="zh"
# 两种损失用的都是得分本身，叫 **logits**，不是 $\sigma$ 之后的值。先算 $\sigma$ 的话，得分为 800 时概率在计算机里恰好是 1，另一边就是 $\log 0$。直接用得分算，$-\log \sigma(-s) = \log(1 + e^{s})$，$s$ 很大时约等于 $s$。Keras 的损失要写 `from_logits=True`；忘了写，得分就被当成概率，而且没有任何提示：

# %%
three, yes_or_no = np.array([2.0, -1.0, 800.0]), np.array([1, 1, 0])
asked = float(keras.losses.BinaryCrossentropy(from_logits=True)(yes_or_no, three))
forgotten = float(keras.losses.BinaryCrossentropy()(yes_or_no, three))
print(f"{asked = :.3f}, {forgotten = :.3f}")

# %%
recbook.claim(
    abs(asked - np.logaddexp(0, [-2.0, 1.0, 800.0]).mean()) < 1e-3 and 5 < forgotten < 15,
    takeaway=False,
    en="The three scores cost {asked:.1f} from logits; taken for probabilities, {forgotten:.1f}: cut off to a "
    "probability, a score of 800 costs no more than one of 2.",
    zh="这三个得分，按 logits 算损失是 {asked:.1f}；当成概率则是 {forgotten:.1f}：截断成概率之后，"
    "得分 800 的损失不比得分 2 的损失大。",
    asked=asked, forgotten=forgotten,
)

# %% [markdown] lang="en"
# But mind that $e^{800}$ itself is too large for the computer: the formula must be brought to a form that never takes $e$ to a positive power.
#
# **Exercise 5** (deeper). Write binary cross-entropy from logits, for scores of any size. ({points})

# %% [markdown] lang="zh"
# 但要注意，$e^{800}$ 本身也会溢出：公式要先化成 $e$ 的指数不为正的形式。
#
# **练习 5**（选读）由 logits 写出二元交叉熵，得分再大也要算得对。（{points}）

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
# ### A seed inside `map` <a id="seeds"></a>
#
# Why are the negatives a dataset of their own? Two ways to draw them look alike. Compare two epochs, negative by negative:

# %% [markdown] lang="zh"
# ### `map` 里的随机种子 <a id="seeds"></a>
#
# 负样本为什么要单独成为一个数据集？下面两种抽法看上去差不多。把两个轮次的负样本逐个比一比：

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

# %% [markdown] lang="en"
# ### Gradients in pieces <a id="pieces"></a>
#
# Why `dot.whole` is needed, and whether our class trains as the one that `recbook` tests. Adam keeps a mean of *squared* gradients, and the square of a sum is not the sum of squares: $(1 + 1)^2 = 4$, $1^2 + 1^2 = 2$. One row, looked up twice with gradient 1 each time (`IndexedSlices`), against the same gradient as a table:

# %% [markdown] lang="zh"
# ### 分片的梯度 <a id="pieces"></a>
#
# 为什么需要 `dot.whole`，以及我们的类与 `recbook` 里测试过的类，训练结果是否相同。Adam 要记录梯度**平方**的平均，而和的平方不等于平方的和：$(1 + 1)^2 = 4$，$1^2 + 1^2 = 2$。让同一行被查两次，每次梯度为 1（`IndexedSlices`），再与合成整表的同一个梯度比较：

# %%
pieces = tf.IndexedSlices(tf.ones((2, 1)), tf.constant([0, 0]), dense_shape=(1, 1))
ways = {"in pieces": pieces, "added up": tf.convert_to_tensor(pieces)}


def moved_by(optimizer, gradient):
    row = keras.Variable(np.zeros((1, 1)))
    getattr(keras.optimizers, optimizer)(0.1).apply([gradient], [row])
    return -float(row.numpy()[0, 0])


optimizers = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")
far = {optimizer: [moved_by(optimizer, gradient) for gradient in ways.values()] for optimizer in optimizers}
rows_shown = [(optimizer, *(f"{step:.3f}" for step in steps)) for optimizer, steps in far.items()]
plots.table(pd.DataFrame(rows_shown, columns=["optimizer", *ways]))

# %%
recbook.claim(
    abs(far["SGD"][0] - far["SGD"][1]) < 1e-6 and all(abs(far[name][0] - far[name][1]) > 1e-3 for name in optimizers[1:])
    and abs(far["Adam"][0] - 0.1 * 2**0.5) < 1e-3 and abs(far["Adam"][1] - 0.1) < 1e-3,
    takeaway=False,
    en="For SGD pieces and sum are the same step; for Adam, AdamW, RMSprop and Adagrad they are not.",
    zh="对 SGD，分片与合并走的一步相同；对 Adam、AdamW、RMSprop 和 Adagrad 则不同。",
)

# %% [markdown] lang="en"
# So it is with a plain `Embedding`, trained by plain `fit`:

# %% [markdown] lang="zh"
# 普通的 `Embedding` 配普通的 `fit`，也是这样：

# %%
def first_step(times):
    """en: How far one `fit` step moves a row that stands in the batch so many times; the total gradient is 1.
    zh: 一行在一批里出现这么多次时，`fit` 一步使它移动多远；梯度合计为 1。"""
    table = keras.Sequential([layers.Embedding(1, 1, embeddings_initializer="zeros"), layers.Flatten()])
    table.compile(keras.optimizers.Adam(0.1), loss=lambda _, given: -tf.reduce_mean(given))
    table.fit(np.zeros((times, 1)), np.zeros((times, 1)), verbose=0)
    return float(table.get_weights()[0][0, 0])


steps = {times: first_step(times) for times in (1, 4, 25)}
plots.table(pd.DataFrame({"times in the batch": list(steps), "first step": [f"{s:.3f}" for s in steps.values()]}))

# %%
recbook.claim(
    abs(steps[1] - 0.1) < 1e-3 and abs(steps[4] - 0.2) < 2e-3 and abs(steps[25] - 0.5) < 5e-3,
    en="Adam's first step should be the learning rate, 0.1. A row of a plain `Embedding` that stands in the batch 25 times "
    "goes {far:.1f}.",
    zh="Adam 的第一步应等于学习率 0.1。普通 `Embedding` 里的一行，在一批中出现 25 次时，走了 {far:.1f}。",
    takeaway=False, far=steps[25],
)

# %% [markdown] lang="en"
# Adding up first is right in every version of Keras. Now same weights, same batches, five steps, in our class and in `dot.TwoTower`:

# %% [markdown] lang="zh"
# 先加起来，在任何版本的 Keras 里都是对的。再看我们的类与 `dot.TwoTower`：同样的权重，同样的批次，走五步：

# %%
from itertools import islice


def five_losses(model, **options):
    model.compile(dot.adam(split.train, settings), **options)
    seen = []
    for batch in islice(towers.batches(split.train, settings), 5):
        model.reset_metrics()
        seen.append(float(model.train_step(batch)["loss"]))
    return seen


weights = towers.start_weights(ratings.n_users, ratings.n_items, 384, settings)
mine = five_losses(new_towers())
twins = five_losses(dot.TwoTower(weights, user_features, item_features), settings=settings)
recbook.claim(
    np.allclose(mine, twins, rtol=1e-5) and mine[-1] < mine[0],
    takeaway=False,
    en="Five training steps of our class and of `dot.TwoTower` give the same losses (relative difference at most 1e-5).",
    zh="我们的类与 `dot.TwoTower` 各训练五步，损失相同（相对误差不超过 1e-5）。",
)

# %% [markdown] lang="en"
# ### Serving: a function without your code <a id="serving"></a>
#
# Who runs the model in production does not want your class. `model.export(folder)` writes a **SavedModel**: the graph of `call` with its weights, which TensorFlow Serving, TFLite or any process with TensorFlow runs. But `call` scores single pairs. What one wants to serve is a list: users in, ten films out. `ExportArchive`, on which `export` is built, takes any function. (This one leaves in films already rated: the caller must take them out.)

# %% [markdown] lang="zh"
# ### 部署：导出不依赖你的代码的函数 <a id="serving"></a>
#
# 线上运行模型的人并不想要你的类。`model.export(folder)` 写出一个 **SavedModel**：`call` 的计算图连同权重，TensorFlow Serving、TFLite 或任何装有 TensorFlow 的进程都能运行。但 `call` 只给一对对用户和电影打分，部署要的是列表：输入用户，输出十部电影。`export` 内部使用的 `ExportArchive` 可以写入任意函数。（这个函数不去掉已经评过分的电影，要由调用的一方去掉。）

# %%
def top_ten(users):  # (n,) -> (n, 10)
    return tf.math.top_k(both.against(users, all_films), 10).indices


SERVED = """import tensorflow as tf
served = tf.saved_model.load('towers')
films = served.top_ten(tf.constant([22])).numpy()[0].tolist()
try:
    tf.keras.models.load_model('towers.keras')
except TypeError as stopped:
    print(films, hasattr(served, 'fit'), 'locate class' in str(stopped))"""

with tempfile.TemporaryDirectory() as folder:
    archive = keras.export.ExportArchive()
    archive.track(both)
    archive.add_endpoint("top_ten", top_ten, input_signature=[tf.TensorSpec((None,), tf.int32)])
    archive.write_out(f"{folder}/towers", verbose=False)
    both.save(f"{folder}/towers.keras")
    served = run_fresh(SERVED, folder)
here = top_ten(tf.constant([22])).numpy()[0].tolist()

# %%
recbook.claim(
    served == f"{here} False True",
    en="A new process that imports TensorFlow alone gets the same ten films from the exported folder. The file `.keras` it "
    "cannot load: the code of the class `Trained` is missing.",
    zh="只导入 TensorFlow 的新进程，从导出的文件夹得到同样的十部电影；加载 `.keras` 文件则失败，因为缺少 `Trained` 类的代码。",
    takeaway=False,
)

# %% [markdown] lang="en"
# ### A list for a real user <a id="list"></a>
#
# A real list: read one before you believe a number. User 23 of MovieLens, a woman of 30, an artist. On the left the films that she liked last (4 or 5 stars), the latest first, on the right the list of the towers. What she has rated is left out.

# %% [markdown] lang="zh"
# ### 给真实用户的列表 <a id="list"></a>
#
# 本节看一份真实的推荐列表：先看列表，再信数字。MovieLens 的 23 号用户，女，30 岁，艺术家。左边是她最近喜欢（4 星或 5 星）的电影，最近的在前；右边是双塔的推荐。评过分的不再推荐。

# %% tags=["nbval-ignore-output"]
hers = np.flatnonzero(history.user == 22)
hers = hers[np.argsort(-history.timestamp[hers], kind="stable")]
scores = both.against(np.array([22]), all_films).numpy()[0]
scores[history.item[hers]] = -np.inf
lists = {"liked last": history.item[hers[history.rating[hers] >= 4]], "recommended": np.argsort(-scores)}
plots.table(pd.DataFrame({name: [plots.film(titles[film]) for film in films[:10]] for name, films in lists.items()}))

# %% [markdown] lang="en"
# ### Which loss? <a id="which-loss"></a>
#
# Why we took the softmax: each loss was tried with 12 settings: four learning rates, times three numbers of negatives for the softmax, or three weights $c$ for the sigmoid, which always had 256 negatives. So compare them at 256 too. Each was trained with identities only, for 12 epochs, with one seed, and judged on the validation set (stored results).

# %% [markdown] lang="zh"
# ### 用哪种损失？ <a id="which-loss"></a>
#
# 为什么选 softmax：两种损失各试了 12 组设置：都是四个学习率，softmax 配三种负样本数，sigmoid 配三个权重 $c$，负样本始终是 256 个。所以也要在 256 个时比一比。每组都只用 ID 嵌入，训练 12 个轮次，一个随机种子，在验证集上评判（存好的结果）。

# %%
stored = recbook.stored("two_towers")["results"]
grids = {loss: np.array(found["ndcg@10"]) for loss, found in stored["grid"].items()}
with_text = {loss: np.array(values) for loss, values in stored["both"].items()}
figures.loss_grids(stored["grid"])

# %%
at_256 = grids["softmax"][:, stored["grid"]["softmax"]["negatives"].index(256)]
seeds = measured["keras"]["identity, own rate"]["valid"]
recbook.claim(
    (at_256 > grids["sigmoid"].max(axis=1)).all() and abs(seeds[0] - grids["softmax"].max()) < 1e-4,
    takeaway=False,
    en="With 256 negatives the sampled softmax is, at each rate, above the best sigmoid cross-entropy at that rate: "
    "validation NDCG@10 {softmax:.4f} and {sigmoid:.4f} at their best (one seed).",
    zh="同样用 256 个负样本，在每个学习率上，采样 softmax 都高于 sigmoid 交叉熵在该学习率下最好的一组：最好的验证集 NDCG@10 为 "
    "{softmax:.4f} 和 {sigmoid:.4f}（一个种子）。",
    softmax=grids["softmax"].max(), sigmoid=grids["sigmoid"].max(),
)
recbook.claim(
    max(seeds[1:]) < grids["softmax"].max(),
    takeaway=False,
    en="The best of many is partly luck: the softmax's best, {best:.4f}, becomes {second_seed:.4f} and {third_seed:.4f} "
    "with two other seeds.",
    zh="从许多组里挑最好的，多少有运气：softmax 最好的 {best:.4f}，换两个种子是 {second_seed:.4f} 和 {third_seed:.4f}。",
    best=grids["softmax"].max(), second_seed=seeds[1], third_seed=seeds[2],
)
recbook.claim(
    with_text["softmax"].mean() > with_text["sigmoid"].mean() + 0.005
    and with_text["softmax"].min() < with_text["sigmoid"].max(),
    takeaway=False,
    en="With text, at the grid's best rate and over three seeds, the means are {softmax:.4f} and {sigmoid:.4f}, and the "
    "seeds of the two overlap.",
    zh="加上文本，用上表中最好的学习率，三个种子的平均为 {softmax:.4f} 和 {sigmoid:.4f}，但两种损失在不同种子上的成绩"
    "有重叠。",
    softmax=with_text["softmax"].mean(), sigmoid=with_text["sigmoid"].mean(),
)

# %% [markdown] lang="en"
# A likely reason, not tested here: the softmax compares films for one user, which is what a list does. The sigmoid must also get the level of each probability right, which no list asks for.
#
# The grid, without text, has its best rate at 0.012; the chapter uses 0.007, the best for identities with text among the rates tried on validation. On validation text helps, on the test films of the table above it does not.
#
# ### How much patience? <a id="patience"></a>
#
# What are patience and a falling rate worth? Stored curves, all 12 epochs, three seeds for each of four ways from the rate 0.007: what the last epoch has, what the best epoch has, and what a patience of 1, 3 or 5 would have kept (means, NDCG@10 on validation).

# %% [markdown] lang="zh"
# 一个可能的原因（这里没有检验）：softmax 比较的是同一位用户的各部电影，推荐列表要的正是这个。sigmoid 还要把每个概率的大小算准，而列表并不需要。
#
# 上表不用文本，最好的学习率是 0.012；本章用 0.007，它是 ID 嵌入加文本时在验证集上试过的学习率中最好的。在验证集上文本有帮助，在前面那张测试集的表里则没有。
#
# ### 耐心值取多大？ <a id="patience"></a>
#
# 耐心值和逐渐降低的学习率各有多大用处？下面是存好的曲线，都训练满 12 个轮次，四种做法，学习率从 0.007 开始，各三个随机种子：最后一个轮次的成绩，最好的轮次的成绩，以及耐心值取 1、3、5 时会保留的成绩（验证集 NDCG@10 的平均）。

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
table = {way: [np.mean([look(run) for run in curves]) for look in looks.values()]
         for way, curves in schedules.items()}
rows_shown = [(plots.name(way), *(f"{value:.4f}" for value in values)) for way, values in table.items()]
plots.table(pd.DataFrame(rows_shown, columns=["", *looks]))

# %%
last, best, impatient, three, _ = np.array([table[way] for way in schedules]).T
constant = np.array([way.endswith("constant") for way in schedules])
gap = best - last
recbook.claim(
    gap[constant].min() > 0.005 and gap[~constant].max() < 0.002
    and best[~constant][0] < best[constant][0] and best[~constant][1] > best[constant][1],
    takeaway=False,
    en="A falling rate makes the last epoch a good one: at most {falling:.4f} below the best; at a constant rate it is at "
    "least {constant:.4f} below (validation NDCG@10). The best epoch itself a falling rate raises for identities with "
    "text, not for identities alone.",
    zh="学习率逐渐降低，最后一个轮次就不差：至多比最好的低 {falling:.4f}，学习率恒定时，最后一个轮次比最好的至少低 "
    "{constant:.4f}（验证集 NDCG@10）。逐渐降低学习率，使 ID 嵌入加文本的最好成绩更高，只用 ID 嵌入时没有提高。",
    falling=np.ceil(gap[~constant].max() * 1e4) / 1e4, constant=np.floor(gap[constant].min() * 1e4) / 1e4,
)
recbook.claim(
    (best > impatient + 0.005).all(),
    takeaway=False,
    en="Stopping at the first epoch without a gain misses the best in all four ways, by at least {missed:.3f}.",
    zh="一个轮次没有提高就停止，四种做法都会错过最好的轮次，至少差 {missed:.3f}。",
    missed=np.floor((best - impatient).min() * 1e3) / 1e3,
)

# %%
both_falling = list(schedules).index("both, linear")
recbook.claim(
    three[both_falling] + 0.002 < last[both_falling],
    takeaway=False,
    en="With a falling rate, identities and text, a patience of 3 keeps {kept:.4f}; without stopping, the last epoch has "
    "{last:.4f}. Let a plan that falls to 0 run to its end.",
    zh="学习率逐渐降低、ID 嵌入加文本时，耐心值 3 保留的是 {kept:.4f}；不提前停止，最后一个轮次是 {last:.4f}。"
    "降到 0 的计划，应当让它走完。",
    kept=three[both_falling], last=last[both_falling],
)

# %% [markdown] lang="en"
# ### Faster? `jit_compile`, mixed precision, `cache` <a id="speed"></a>
#
# What are three switches worth here? `jit_compile=True` has XLA turn the whole step into one program, which costs time once. **Mixed precision** computes in 16 bits and keeps the weights in 32; it is made for graphics cards. `cache` keeps the batches. CPU seconds of an epoch on one core of a processor, the first and the fastest of eight more (stored):

# %% [markdown] lang="zh"
# ### 能更快吗？`jit_compile`、混合精度、`cache` <a id="speed"></a>
#
# 这三个开关在这里各有多大用处？`jit_compile=True` 让 XLA 把整个训练步编译成一个程序，编译本身要花一次时间。**混合精度**（mixed precision）用 16 位计算，权重仍存成 32 位，它是为显卡准备的。`cache` 缓存批次。下面是在处理器的一个核上训练一个轮次的 CPU 时间（秒）：第一个轮次，以及后面八个轮次里最快的（存好的结果）：

# %%
switches = recbook.stored("two_towers")["results"]["switches"]
rows_shown = [(plots.name(name), *(f"{switches[name][when]:.2f}" for when in ("first", "later"))) for name in switches]
plots.table(pd.DataFrame(rows_shown, columns=["", "first epoch", "a later epoch"]))

# %%
first, later = ({name: found[when] for name, found in switches.items()} for when in ("first", "later"))
recbook.claim(
    min(later.values()) > 0.95 * later["no switch"] and first["jit_compile"] > 1.5 * first["no switch"],
    takeaway=False,
    en="On the processor measured, none of the three makes a later epoch faster, and compiling costs once: {compiled:.1f} CPU seconds in "
    "the first epoch, with no switch {plain:.1f}.",
    zh="在测量所用的处理器上，三个开关都没有使后面的轮次更快，而编译要花一次时间：第一个轮次用 {compiled:.1f} 秒 CPU 时间，不加开关是 "
    "{plain:.1f} 秒。",
    compiled=first["jit_compile"], plain=first["no switch"],
)

# %% [markdown] lang="en"
# How they are switched on: `compile(jit_compile=True)`; a policy for mixed precision, which every layer made after it follows; `cache()` in the pipeline, where it must stand before `shuffle`. And what may go wrong in a loss of one's own: in the graph, where `fit` trains, $-\infty$ is taken for 32 bits, and meets scores of 16.

# %% [markdown] lang="zh"
# 打开的办法：`compile(jit_compile=True)`；混合精度是设一个策略，之后创建的层都遵照它；`cache()` 写在数据管道里，而且要写在 `shuffle` 之前。自己写的损失还会碰到一个陷阱：在 `fit` 训练用的计算图里，$-\infty$ 被当成 32 位，而得分是 16 位的。

# %%
keras.config.set_dtype_policy("mixed_bfloat16")
half = layers.Dense(2)
keras.config.set_dtype_policy("float32")
scores_in_16 = half(np.ones((1, 3)))
print(f"{scores_in_16.dtype = }, {half.kernel.dtype = }")
in_graph = tf.function(lambda scores: tf.where(scores > 0, -np.inf, scores))
refused = error_of(lambda: in_graph(scores_in_16))
print(refused.strip().splitlines()[-1].strip())  # above it stands where in the notebook

# %%
numbers = tf.data.Dataset.range(6)
orders = {"cache().shuffle(6)": numbers.cache().shuffle(6, seed=0), "shuffle(6).cache()": numbers.shuffle(6, seed=0).cache()}
two_epochs = {way: [[int(n) for n in data.as_numpy_iterator()] for _ in range(2)] for way, data in orders.items()}
for way, (one, two) in two_epochs.items():
    print(f"{way}: {one}, then {two}")

# %%
one, two = two_epochs["shuffle(6).cache()"]
mixed_up, anew = two_epochs["cache().shuffle(6)"]
recbook.claim(
    one == two and mixed_up != anew and scores_in_16.dtype == tf.bfloat16 and half.kernel.dtype == "float32"
    and refused.startswith("TypeError"),
    takeaway=False,
    en="A layer of mixed precision gives 16 bits and keeps its weights in 32; and behind `shuffle`, `cache` freezes the first epoch's order.",
    zh="混合精度的层，输出是 16 位，权重保持 32 位；`cache` 写在 `shuffle` 之后，第一个轮次的顺序就固定下来了。",
)

# %% [markdown] lang="en"
# So `loss_of` gives $-\infty$ the type of the scores. In our pipeline `cache` could only stand behind `shuffle`, where it would freeze the negatives too: the time that it saves is the time for drawing anew.

# %% [markdown] lang="zh"
# 所以 `loss_of` 里写明 $-\infty$ 的类型与得分相同。在我们的数据管道里，`cache` 只能写在 `shuffle` 之后，负样本也会跟着固定下来：它省下的，正是重新打乱和抽样的时间。

# %% [markdown] lang="en"
# ### Fine-tuning BERT too <a id="tuning"></a>
#
# What the reference text meant: BERT itself learns. Put it *inside* what the tape records. Take 8 users and the last two films of each in training, and let the encoder turn the titles into vectors itself: the vector of a user's earlier film should be nearest to that of the later one. This is the contrastive learning of chapter 05, with temperature 0.05; a blind guess among 8 costs $\log 8 = 2.08$. The table of tokens, half of all numbers, is left as it is, for speed.

# %% [markdown] lang="zh"
# ### 连同 BERT 一起微调 <a id="tuning"></a>
#
# 本节实现参考文章的本意：让 BERT 也参与训练。做法是把它放到梯度带记录的计算**里面**。取 8 位用户，各取训练集里最后两部电影，每一步都由编码器重新计算片名向量：同一位用户前一部的向量，应当与后一部的最接近。这就是第 05 章的对比学习（contrastive learning），温度系数（temperature）取 0.05；在 8 部里盲猜，损失是 $\log 8 = 2.08$。词元嵌入表占了一半的参数，为了省时间，保持不动。

# %%
few = np.arange(8)
last_two = [log.item[np.argsort(log.user)][few] for log in (inner.valid, inner.test)]
both_films = bert.padded([rows[film] for films in last_two for film in films])  # (16, n)


def contrast(bert_model):
    earlier, later = tf.split(bert_model(both_films), 2)
    scores = earlier @ tf.transpose(later) / 0.05  # (8, 8)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(few, scores))


def tune(bert_model, weights, steps):
    adam, seen = keras.optimizers.Adam(2e-5), []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = contrast(bert_model)
        gradients = dot.whole(tape.gradient(loss, weights))
        adam.apply(gradients, weights)
        seen.append(float(loss))
    # en: Each loss was computed before its step; once more after the last step.
    # zh: 每个损失都是在那一步之前算的；最后一步之后再算一次。
    return gradients, [*seen, float(contrast(bert_model))]

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
inside, tuning = tune(copied, tuned, steps=3)
untouched = [weight.path for weight, gradient in zip(tuned, inside) if np.abs(gradient).max() < 1e-6]
print(*untouched, sep="\n")

# %% tags=["nbval-ignore-output"]
recbook.claim(
    all(gradient is None for gradient in outside)
    and len(untouched) == 6 and all(path.endswith("key/bias") for path in untouched), takeaway=False,
    en="With the encoder inside the tape a gradient reaches {reached} of {arrays} weight arrays, all but the biases of the "
    "keys; from vectors computed beforehand it reaches none.",
    zh="把编码器放进梯度带，{arrays} 个权重数组里有 {reached} 个得到梯度，唯独键的偏置没有；从事先算好的向量出发，一个也没有。",
    reached=len(tuned) - len(untouched), arrays=len(tuned),
)
recbook.claim(
    tuning[-1] < tuning[0] - 0.5, takeaway=False,
    en="Three steps bring the loss on the 8 trained pairs from {first:.2f} to {last:.2f}.",
    zh="走三步，训练的 8 对上的损失从 {first:.2f} 降到 {last:.2f}。",
    first=tuning[0], last=tuning[-1],
)

# %% [markdown] lang="en"
# For the printed six the gradient is 0 in theory: a bias of the keys adds the same number to all scores of a query, and the softmax stays as it is. Only rounding is left, hence the threshold $10^{-6}$. Three steps on 8 pairs show that it can be trained, not that it gets better; chapter 05 measured what such tuning is worth.
#
# **Exercise 6**, open. The `numbers` in `pipeline` draw all films of the training set alike. Draw them in proportion to their count, or to its square root, with `rng.choice(..., p=...)` inside `tf.data.Dataset.from_generator`. Three trainings take a minute or two. Compare NDCG@10 on validation, and the mean popularity (ratings in training) of the films in all top tens. Which films does the model push down then? (Yi et al. 2019 correct the scores for it.)

# %% [markdown] lang="zh"
# 打印出来的六个，梯度在理论上是 0：键的偏置给一个查询的所有得分加上同一个数，softmax 不变。剩下的只是舍入误差，所以取阈值 $10^{-6}$。在 8 对上走三步，只说明它能训练，不说明它会变好；这样的微调效果如何，第 05 章测过。
#
# **练习 6**（开放题）`pipeline` 里的 `numbers` 抽到训练集（training set）里每部电影的机会均等。改成与出现次数成正比，或与其平方根成正比，例如在 `tf.data.Dataset.from_generator` 里用 NumPy 的 `rng.choice(..., p=...)`。三次训练要一两分钟。比较验证集上的 NDCG@10，以及所有用户前十部推荐的平均流行度（训练集里的评分数）。这时模型压低的是哪些电影？（Yi et al. 2019 为此修正了得分。）

# %% [markdown] lang="en"
# ### What it is called in PyTorch <a id="names"></a>
#
# For whoever reads [chapter 07](07_pytorch.ipynb) beside this one:
#
# | Keras, TensorFlow | PyTorch |
# |---|---|
# | `keras.Model`, `layers.Layer` | `nn.Module` |
# | `layers.Dense(64, use_bias=False)` | `nn.Linear(384, 64, bias=False)`, its table transposed |
# | `layers.Embedding`; `trainable=False` | `nn.Embedding`; a buffer, or `requires_grad=False` |
# | `fit` with `compile` | the five lines of the training loop, or Lightning's `Trainer` |
# | `train_step`, `GradientTape` | the body of the loop, `loss.backward()` |
# | nothing to call: gradients begin anew with each tape | `optimizer.zero_grad()` |
# | `model(x, training=True)` | `model.train()`, `model.eval()` |
# | `tf.data`: `shuffle`, `batch`, `map`, `prefetch` | `Dataset`, `DataLoader(shuffle=True, num_workers=…)` |
# | `EarlyStopping`, `ModelCheckpoint` | your own lines, or Lightning's callbacks of the same names |
# | `model.save("x.keras")` with `get_config` | `state_dict` and the class |
# | `model.export`, SavedModel | `torch.export` |
# | `jit_compile=True` (XLA) | `torch.compile` |
# | `mixed_precision.set_global_policy` | `torch.autocast` |

# %% [markdown] lang="zh"
# ### Keras 与 PyTorch 名称对照 <a id="names"></a>
#
# 供对照阅读[第 07 章](07_pytorch.ipynb)之用：
#
# | Keras、TensorFlow | PyTorch |
# |---|---|
# | `keras.Model`、`layers.Layer` | `nn.Module` |
# | `layers.Dense(64, use_bias=False)` | `nn.Linear(384, 64, bias=False)`，权重矩阵要转置 |
# | `layers.Embedding`；`trainable=False` | `nn.Embedding`；buffer，或 `requires_grad=False` |
# | `fit` 加 `compile` | 训练循环的五行，或 Lightning 的 `Trainer` |
# | `train_step`、`GradientTape` | 循环体、`loss.backward()` |
# | 不必调用：每个梯度带都重新开始 | `optimizer.zero_grad()` |
# | `model(x, training=True)` | `model.train()`、`model.eval()` |
# | `tf.data`：`shuffle`、`batch`、`map`、`prefetch` | `Dataset`、`DataLoader(shuffle=True, num_workers=…)` |
# | `EarlyStopping`、`ModelCheckpoint` | 自己写几行，或用 Lightning 里同名的回调 |
# | `model.save("x.keras")` 加 `get_config` | `state_dict` 加上类 |
# | `model.export`、SavedModel | `torch.export` |
# | `jit_compile=True`（XLA） | `torch.compile` |
# | `mixed_precision.set_global_policy` | `torch.autocast` |
