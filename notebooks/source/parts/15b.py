# %% [markdown] lang="en"
# ## The reference text, assertion by assertion <a id="assertions"></a>
#
# The course followed one short article. What it asserts is told here in our own words, section by section, each with what the course found: it **holds**, it **holds with a condition**, it **does not hold here**, or it is **not testable here**. "Here" means our data: films that were rated in one sitting, a shop, books, drawn garments. Open a section; each row names a result and the place that shows it. The numbers are read from the stored results, and a row whose condition no longer holds stops this cell.
#
# One sentence of the text (section 2.3) makes two promises at once: recommendations become better, and they become cheaper. They stand in two rows, because the answers differ.

# %% [markdown] lang="zh"
# ## 逐条检验参考文章 <a id="assertions"></a>
#
# 这门课跟着一篇短文走。下面用我们自己的话，按小节列出它的说法，以及书中的结论：**成立**、**有条件成立**、**在此不成立**，或**这里无法检验**。“在此”指的是我们的数据：一次坐下来评完的电影、一家商店、图书、画出的服装。点开一节，每一行写着一个结果和它的出处。数字都取自存好的结果；哪一行的条件不再成立，这个单元格就会停下来报错。
#
# 文章有一句话（2.3 节）同时许下两个承诺：推荐更准，代价更小。两者的答案不同，所以分成两行。

# %%
import recbook
from recbook.chapters.questions.assertions import Verdict, counts, show_assertions

show_assertions()

# %%
verdicts = counts()[[verdict.value for verdict in Verdict]].iloc[-1]
recbook.claim(
    bool(verdicts["holds with a condition"] > verdicts.sum() / 2 > verdicts["holds"]),
    en="Of {assertions} assertions {holds} hold as they stand, {condition} with a condition, and {refuted} do not hold here.",
    zh="{assertions} 条说法中，{holds} 条照原样成立，{condition} 条有条件成立，{refuted} 条在此不成立。",
    takeaway=dict(
        en="Most of what is said about pretraining is neither true nor false: ask under which condition.",
        zh="关于预训练的说法，大多既不能说对，也不能说错：要问在什么条件下成立。",
    ),
    assertions=int(verdicts.sum()),
    holds=int(verdicts["holds"]),
    condition=int(verdicts["holds with a condition"]),
    refuted=int(verdicts["does not hold here"]),
)

# %% [markdown] lang="en"
# What decides most often is one of three conditions: whether the item has ratings yet, whether *again* or *new* is asked, and what the answer is compared with.

# %% [markdown] lang="zh"
# 最常起决定作用的条件有三个：物品有没有评分，问的是“再次”还是“新品”，以及和什么比较。

# %% [markdown] lang="en"
# ## Twenty questions <a id="interview"></a>
#
# Questions that are asked in interviews and examinations. Answer aloud before you open one: three sentences, one number, and what it was compared with.

# %% [markdown] lang="zh"
# ## 二十道面试题 <a id="interview"></a>
#
# 面试和考试里常问的问题。点开之前先自己说一遍：三句话，一个数，以及这个数和什么相比。

# %%
from recbook.chapters.questions.interview import show_questions

show_questions()

# %% [markdown] lang="en"
# ## Cheat sheet of formulas <a id="formulas"></a>
#
# Two pages to print. Symbols are those of the chapters. $u$ is a user, $i$ and $j$ are items, $m$ and $n$ numbers of users and items, $s$ is a score, $\ell$ a loss, $\sigma$ the sigmoid, $\lambda$ a penalty, $d$ a width.
#
# **From a log to scores**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | density | $\lvert R \rvert \,/\, (m\,n)$ | $R$: the ratings | [01](01_challenges.ipynb) |
# | item-kNN | $S_{ij} = c_{ij} / \sqrt{c_i c_j}, \quad s_{ui} = \sum_{j \in H_u} S_{ji}$ | $c_i$: users of item $i$, $c_{ij}$: of both; $H_u$: history | [01](01_challenges.ipynb) |
# | EASE | $P = (X^\top X + \lambda I)^{-1}, \quad B_{ij} = -P_{ij} / P_{jj}, \quad B_{jj} = 0$ | $X$: users × items, 0 and 1; $B$: weights | [01](01_challenges.ipynb) |
# | what EASE leaks | $B_{ji} / B_{ij} = P_{jj} / P_{ii}$ | as above | [14](14_trends.ipynb#private) |
# | half-life | $p_u = \sum_k 2^{-k/h} f_{i_k} \,/\, \sum_k 2^{-k/h}$ | $k$: films since; $h$: half-life; $f$: features | [02](02_pipeline.ipynb) |
# | two towers | $u_i = P_i + x_i A, \quad v_j = Q_j + y_j B, \quad s_{ij} = u_i \cdot v_j + b_j$ | $P, Q$: identities; $x, y$: text vectors; $b$: bias | [06](06_tensorflow.ipynb) |
# | SASRec's score | $s_{tj} = h_t \cdot E_j + b_j$ | $h_t$: output at place $t$; $E$: table of items | [08](08_sequences.ipynb) |
# | ridge for new items | $B = (X^\top X + \lambda I)^{-1} X^\top Y$ | $X$: features of known items; $Y$: who likes them | [10](10_cold_start.ipynb) |
# | the same by likeness | $A = (K + \lambda I)^{-1} Y, \quad K_{ij} = e^{-\lVert x_i - x_j \rVert^2 / (2 \sigma^2)}$ | $K$: Gaussian kernel; here $\sigma$ is its width | [10](10_cold_start.ipynb#kernel) |
# | shrinkage | $\hat q = w\,\bar y + (1 - w)\,q, \quad w = n / (n + \kappa)$ | $\bar y$: mean of $n$ answers; $q$: expectation; $\kappa$: what it is worth | [10](10_cold_start.ipynb) |
#
# **Losses**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | softmax and its error | $p_j = e^{s_j} / \sum_k e^{s_k}, \quad \partial \ell / \partial s_j = p_j - y_j$ | $y$: 1 for the right one | [03](03_word2vec.ipynb) |
# | negative sampling | $\ell = -\log \sigma(u_o \cdot v) - \sum_{i=1}^{K} \log \big(1 - \sigma(u_{n_i} \cdot v)\big)$ | $v$: input row; $u$: output rows; $n_i$: noise | [03](03_word2vec.ipynb) |
# | what noise takes out | $u_o \cdot h = \log P(o \mid h) - \alpha \log \text{count}_o + \text{const}$ | $\alpha$: exponent of the noise | [03](03_word2vec.ipynb) |
# | sampled softmax | $\ell = -\log \big( e^{s^+} / (e^{s^+} + \sum_k e^{s_k}) \big)$ | $s^+$: the right film; $s_k$: negatives | [06](06_tensorflow.ipynb) |
# | InfoNCE with log q | $\ell = -\tfrac1n \sum_i \log \big( e^{s_{ii}} / \sum_j e^{s_{ij}} \big), \quad s_{ij} = u_i \cdot v_j / \tau - \log q_j$ | $\tau$: temperature; $q_j$: chance to be in the batch | [05](05_features.ipynb#correction) |
# | one negative | $\sigma(s) = p_j / (p_j + 1/m)$ | overconfident for small $p_j$; here $m$ counts films | [08](08_sequences.ipynb#negatives) |
# | log-likelihood, PMI | $s(i \mid h) = \sum_j \log P(t_{ij} \mid p(h), t_{i1}, \dots), \quad \mathrm{PMI} = s(i \mid h) - s(i \mid \varnothing)$ | $t_{ij}$: tokens of title $i$; $p(h)$: prompt | [16](16_generative.ipynb#ask) |
#
# **Networks and vectors**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | attention | $\text{softmax}(Q K^\top / \sqrt d)\, V$ | queries, keys, values | [04](04_bert.ipynb) |
# | pooling | $v = \sum_i m_i w_i t_i \,/\, \sum_i m_i w_i$ | $t_i$: token vectors; $m_i$: mask; $w_i$: weights | [05](05_features.ipynb) |
# | whitening | $v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$ | $P$: principal directions; $\Lambda$: variances; $\mu$: mean | [05](05_features.ipynb#shape) |
# | LoRA | $h = W x + b + \tfrac{\alpha}{r} B A x$ | $A, B$: thin and trained; $r$: rank; $W, b$: frozen | [16](16_generative.ipynb#lora) |
# | semantic ID | $c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \quad r_l = r_{l-1} - m_{l,c_l}$ | $c_l$: code; $m_{l,k}$: centres; $r_l$: rest | [16](16_generative.ipynb#semantic-ids) |
# | int8 | $s = \max \lvert w \rvert / 127, \quad z = \mathrm{round}(w / s)$ | here $s$ is the scale; one a column | [12](12_deployment.ipynb#smaller) |
#
# **Measuring**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | precision, recall | $\tfrac1k \sum_{r \le k} h_r, \quad \tfrac1R \sum_{r \le k} h_r$ | $h_r$: 1 for a hit at place $r$; $R$: relevant items | [09](09_evaluation.ipynb) |
# | NDCG | $\text{DCG@}k = \sum_{r=1}^{k} h_r / \log_2(1 + r), \quad \text{NDCG@}k = \text{DCG@}k / \text{IDCG@}k$ | IDCG: of the ideal list | [09](09_evaluation.ipynb) |
# | users needed | $m \approx (2.8\, s / \Delta)^2$ | $s$: standard deviation of differences; $\Delta$: difference | [09](09_evaluation.ipynb#power) |
# | IPS, SNIPS | $w_v = \pi(i_v \mid u_v) / q_v, \quad \hat V = \tfrac1N \sum_v w_v y_v, \quad \sum_v w_v y_v / \sum_v w_v$ | $q_v$: propensity of visit $v$; $y_v$: clicks | [09](09_evaluation.ipynb#ips) |
#
# **Serving and promising**
#
# | what | formula | symbols | chapter |
# |---|---|---|---|
# | funnel | $T = \sum_s n_s c_s$ | $n_s$: items at stage $s$; $c_s$: cost of one | [12](12_deployment.ipynb#stages) |
# | Little's law | $N = X \times R$ | clients, throughput, mean latency | [12](12_deployment.ipynb) |
# | mean wait | $\tfrac{\rho}{2 (1 - \rho)}\, s$ | $\rho$: utilisation; $s$: service time | [12](12_deployment.ipynb) |
# | inverted lists | $c + \tfrac{p}{c}\, n$ | dot products: $c$ cells, $p$ of them probed | [12](12_deployment.ipynb#neighbours) |
# | differential privacy | $P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta$ | $D, D'$: one user apart | [14](14_trends.ipynb#private) |
# | integrated gradients | $a_j = x_j \int_0^1 \tfrac{\partial f}{\partial x_j}(t\,x)\,dt$ | $a_j$: attribution of feature $j$ | [14](14_trends.ipynb#explainable) |

# %% [markdown] lang="zh"
# ## 公式速查表 <a id="formulas"></a>
#
# 可打印，两页。符号与各章一致。$u$ 是用户，$i$ 和 $j$ 是物品，$m$ 和 $n$ 是用户数和物品数，$s$ 是得分，$\ell$ 是损失，$\sigma$ 是 sigmoid，$\lambda$ 是正则化系数，$d$ 是维数。
#
# **从日志到得分**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 密度 | $\lvert R \rvert \,/\, (m\,n)$ | $R$：评分 | [01](01_challenges.ipynb) |
# | item-kNN | $S_{ij} = c_{ij} / \sqrt{c_i c_j}, \quad s_{ui} = \sum_{j \in H_u} S_{ji}$ | $c_i$：物品 $i$ 的用户数，$c_{ij}$：两者共有的用户数；$H_u$：历史 | [01](01_challenges.ipynb) |
# | EASE | $P = (X^\top X + \lambda I)^{-1}, \quad B_{ij} = -P_{ij} / P_{jj}, \quad B_{jj} = 0$ | $X$：用户 × 物品，取 0 和 1；$B$：权重 | [01](01_challenges.ipynb) |
# | EASE 的泄露 | $B_{ji} / B_{ij} = P_{jj} / P_{ii}$ | 同上 | [14](14_trends.ipynb#private) |
# | 半衰期 | $p_u = \sum_k 2^{-k/h} f_{i_k} \,/\, \sum_k 2^{-k/h}$ | $k$：之后又看过几部；$h$：半衰期；$f$：特征 | [02](02_pipeline.ipynb) |
# | 双塔模型（two-tower model） | $u_i = P_i + x_i A, \quad v_j = Q_j + y_j B, \quad s_{ij} = u_i \cdot v_j + b_j$ | $P, Q$：ID 嵌入；$x, y$：文本向量；$b$：偏置 | [06](06_tensorflow.ipynb) |
# | SASRec 的得分 | $s_{tj} = h_t \cdot E_j + b_j$ | $h_t$：位置 $t$ 的输出；$E$：物品的嵌入表 | [08](08_sequences.ipynb) |
# | 新物品的岭回归 | $B = (X^\top X + \lambda I)^{-1} X^\top Y$ | $X$：已有物品的特征；$Y$：喜欢它们的用户 | [10](10_cold_start.ipynb) |
# | 改用相似度 | $A = (K + \lambda I)^{-1} Y, \quad K_{ij} = e^{-\lVert x_i - x_j \rVert^2 / (2 \sigma^2)}$ | $K$：高斯核（Gaussian kernel）；这里 $\sigma$ 是宽度 | [10](10_cold_start.ipynb#kernel) |
# | 收缩 | $\hat q = w\,\bar y + (1 - w)\,q, \quad w = n / (n + \kappa)$ | $\bar y$：$n$ 次回答的平均；$q$：预期；$\kappa$：预期抵多少次回答 | [10](10_cold_start.ipynb) |
#
# **损失函数**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | softmax 及误差 | $p_j = e^{s_j} / \sum_k e^{s_k}, \quad \partial \ell / \partial s_j = p_j - y_j$ | $y$：正确项为 1 | [03](03_word2vec.ipynb) |
# | 负采样（negative sampling） | $\ell = -\log \sigma(u_o \cdot v) - \sum_{i=1}^{K} \log \big(1 - \sigma(u_{n_i} \cdot v)\big)$ | $v$：输入向量；$u$：输出向量；$n_i$：负样本 | [03](03_word2vec.ipynb) |
# | 负样本减掉的部分 | $u_o \cdot h = \log P(o \mid h) - \alpha \log \text{count}_o + \text{const}$ | $\alpha$：抽样的指数 | [03](03_word2vec.ipynb) |
# | 采样 softmax | $\ell = -\log \big( e^{s^+} / (e^{s^+} + \sum_k e^{s_k}) \big)$ | $s^+$：正确的电影；$s_k$：负样本 | [06](06_tensorflow.ipynb) |
# | 带 log q 的 InfoNCE | $\ell = -\tfrac1n \sum_i \log \big( e^{s_{ii}} / \sum_j e^{s_{ij}} \big), \quad s_{ij} = u_i \cdot v_j / \tau - \log q_j$ | $\tau$：温度系数（temperature）；$q_j$：出现在批次里的概率 | [05](05_features.ipynb#correction) |
# | 只用一个负样本 | $\sigma(s) = p_j / (p_j + 1/m)$ | $p_j$ 很小时过度自信；这里 $m$ 是电影数 | [08](08_sequences.ipynb#negatives) |
# | 对数似然（log-likelihood）、PMI | $s(i \mid h) = \sum_j \log P(t_{ij} \mid p(h), t_{i1}, \dots), \quad \mathrm{PMI} = s(i \mid h) - s(i \mid \varnothing)$ | $t_{ij}$：片名 $i$ 的词元（token）；$p(h)$：提示词（prompt） | [16](16_generative.ipynb#ask) |
#
# **网络与向量**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 注意力 | $\text{softmax}(Q K^\top / \sqrt d)\, V$ | 查询、键、值 | [04](04_bert.ipynb) |
# | 池化（pooling） | $v = \sum_i m_i w_i t_i \,/\, \sum_i m_i w_i$ | $t_i$：词元的向量；$m_i$：掩码；$w_i$：权重 | [05](05_features.ipynb) |
# | 白化（whitening） | $v \mapsto \Lambda^{-1/2} P^\top (v - \mu)$ | $P$：主方向；$\Lambda$：方差；$\mu$：平均 | [05](05_features.ipynb#shape) |
# | LoRA | $h = W x + b + \tfrac{\alpha}{r} B A x$ | $A, B$：窄矩阵，要训练；$r$：秩；$W, b$：冻结 | [16](16_generative.ipynb#lora) |
# | 语义 ID（semantic ID） | $c_l = \arg\min_k \lVert r_{l-1} - m_{l,k} \rVert^2, \quad r_l = r_{l-1} - m_{l,c_l}$ | $c_l$：码；$m_{l,k}$：中心；$r_l$：余下的部分 | [16](16_generative.ipynb#semantic-ids) |
# | int8 | $s = \max \lvert w \rvert / 127, \quad z = \mathrm{round}(w / s)$ | 这里 $s$ 是尺度，每列一个 | [12](12_deployment.ipynb#smaller) |
#
# **测量**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 精确率（precision）、召回率（recall） | $\tfrac1k \sum_{r \le k} h_r, \quad \tfrac1R \sum_{r \le k} h_r$ | $h_r$：第 $r$ 位命中为 1；$R$：相关物品数 | [09](09_evaluation.ipynb) |
# | NDCG | $\text{DCG@}k = \sum_{r=1}^{k} h_r / \log_2(1 + r), \quad \text{NDCG@}k = \text{DCG@}k / \text{IDCG@}k$ | IDCG：理想列表的 DCG | [09](09_evaluation.ipynb) |
# | 需要多少用户 | $m \approx (2.8\, s / \Delta)^2$ | $s$：差值的标准差；$\Delta$：差值 | [09](09_evaluation.ipynb#power) |
# | IPS、SNIPS | $w_v = \pi(i_v \mid u_v) / q_v, \quad \hat V = \tfrac1N \sum_v w_v y_v, \quad \sum_v w_v y_v / \sum_v w_v$ | $q_v$：第 $v$ 次访问的倾向分（propensity）；$y_v$：点击数 | [09](09_evaluation.ipynb#ips) |
#
# **服务与承诺**
#
# | 名称 | 公式 | 符号 | 章 |
# |---|---|---|---|
# | 漏斗 | $T = \sum_s n_s c_s$ | $n_s$：阶段 $s$ 的物品数；$c_s$：每件的代价 | [12](12_deployment.ipynb#stages) |
# | 利特尔法则 | $N = X \times R$ | 客户端数、吞吐量（throughput）、平均延迟（latency） | [12](12_deployment.ipynb) |
# | 平均等待 | $\tfrac{\rho}{2 (1 - \rho)}\, s$ | $\rho$：利用率（utilisation）；$s$：处理时间 | [12](12_deployment.ipynb) |
# | 倒排文件（inverted lists） | $c + \tfrac{p}{c}\, n$ | 点积（dot product）次数：$c$ 个单元，查 $p$ 个 | [12](12_deployment.ipynb#neighbours) |
# | 差分隐私（differential privacy） | $P(M(D) \in S) \le e^{\varepsilon} P(M(D') \in S) + \delta$ | $D, D'$：相差一位用户 | [14](14_trends.ipynb#private) |
# | 积分梯度（integrated gradients） | $a_j = x_j \int_0^1 \tfrac{\partial f}{\partial x_j}(t\,x)\,dt$ | $a_j$：特征 $j$ 的归因（attribution） | [14](14_trends.ipynb#explainable) |

# %% [markdown] lang="en"
# ## What next <a id="next"></a>
#
# Each chapter ends with the sources it used. These are for going on.
#
# **To doubt well**
#
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902). Adds: how many published gains vanish beside tuned simple models.
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226). Adds: the mathematics behind the trap of a hundred rivals.
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602). Adds: one loss for both models, on larger logs than ours.
#
# **Text, identities, pictures**
#
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941). Adds: one sequence model over the texts of several shops.
# - Z. Yuan et al. (2023). *Where to go next for recommender systems? ID- vs. modality-based recommender models revisited.* SIGIR. [arXiv:2303.13835](https://arxiv.org/abs/2303.13835). Adds: the question of chapter 08 on large data, with the encoder trained along.
# - H. Zhou et al. (2023). *A comprehensive survey on multimodal recommender systems.* [arXiv:2302.04473](https://arxiv.org/abs/2302.04473). Adds: what has been done with real pictures, which this course lacks.
#
# **Language models**
#
# - P. Liu, L. Zhang and J. A. Gulla (2023). *Pre-train, prompt, and recommendation.* TACL. [arXiv:2302.03735](https://arxiv.org/abs/2302.03735). Adds: a map of the ways to use a pretrained language model, in the manner of our reference text, with sources.
# - L. Wu et al. (2023). *A survey on large language models for recommendation.* [arXiv:2305.19860](https://arxiv.org/abs/2305.19860). Adds: the same for models that generate, beyond chapter 16.
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research.* UMAP. [Page of the study](https://faisalse.github.io/LLM-reproducibility-audit_/). Adds: which of these results others could repeat.
#
# **Libraries that live.** First those of recommenders: the month of their last release was asked of pip's index when chapter 13's results were stored. Then the tools that the course stands on, with the versions that its stored results were made with.

# %% [markdown] lang="zh"
# ## 接下来读什么 <a id="next"></a>
#
# 每一章末尾都列了它用到的文献。下面这些供继续学习。
#
# **学会怀疑**
#
# - M. Ferrari Dacrema, P. Cremonesi and D. Jannach (2019). *Are we really making much progress?* RecSys. [arXiv:1907.06902](https://arxiv.org/abs/1907.06902)。补充：多少已发表的提高，放到调好的简单模型旁边就消失了。
# - W. Krichene and S. Rendle (2020). *On sampled metrics for item recommendation.* KDD. [doi:10.1145/3394486.3403226](https://doi.org/10.1145/3394486.3403226)。补充：“一百个对手”这个陷阱背后的数学。
# - A. Klenitskiy and A. Vasilev (2023). *Turning dross into gold loss: is BERT4Rec really better than SASRec?* RecSys. [arXiv:2309.07602](https://arxiv.org/abs/2309.07602)。补充：在比我们更大的日志上，两个模型用同一个损失函数。
#
# **文本、ID 与图片**
#
# - Y. Hou et al. (2022). *Towards universal sequence representation learning for recommender systems.* KDD. [arXiv:2206.05941](https://arxiv.org/abs/2206.05941)。补充：一个序列模型，读多家商店的文本。
# - Z. Yuan et al. (2023). *Where to go next for recommender systems? ID- vs. modality-based recommender models revisited.* SIGIR. [arXiv:2303.13835](https://arxiv.org/abs/2303.13835)。补充：第 08 章的问题换到大数据上，编码器也一起训练。
# - H. Zhou et al. (2023). *A comprehensive survey on multimodal recommender systems.* [arXiv:2302.04473](https://arxiv.org/abs/2302.04473)。补充：这门课缺少的部分，别人用真实图片做了什么。
#
# **语言模型**
#
# - P. Liu, L. Zhang and J. A. Gulla (2023). *Pre-train, prompt, and recommendation.* TACL. [arXiv:2302.03735](https://arxiv.org/abs/2302.03735)。补充：使用预训练语言模型的各种方式，写法与参考文章相近，但有出处。
# - L. Wu et al. (2023). *A survey on large language models for recommendation.* [arXiv:2305.19860](https://arxiv.org/abs/2305.19860)。补充：生成式模型的同类综述，超出第 16 章的范围。
# - F. Shehzad and D. Jannach (2026). *Reproducibility of LLM-based recommender systems research.* UMAP. [研究的网页](https://faisalse.github.io/LLM-reproducibility-audit_/)。补充：其中哪些结果别人能够重复。
#
# **持续更新的库**：先是推荐系统的库，最近发布的月份是存第 13 章的结果时从 pip 的索引（index）查到的；然后是这门课所依赖的工具，版本就是存好的结果所用的版本。

# %%
from recbook.chapters.questions.living import show_living

show_living()
