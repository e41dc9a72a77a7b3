"""Words that carry no meaning for a search: dropped from the index and from queries alike.

A quoted phrase keeps them. Words that are merely frequent (方法, 系统) do not belong here: their
weight is small by itself.
"""

_LIST = """
的 地 得 了 着 过 和 与 及 或 而 且 但 并 在 于 从 自 由 向 对 对于 关于 至 到 以 把 被 将 为
为了 因 因为 由于 所以 因此 如果 若 则 虽然 但是 然而 而且 并且 以及 及其 或者 还是 既 又 也
都 就 才 只 很 更 最 太 还 再 已 已经 曾 正在 是 有 没有 无 不 非 能 可 可以 能够 会 要 应
应该 这 那 此 该 其 它 它们 他 他们 她 我 我们 你 你们 自己 这个 那个 这些 那些 这种 那种
什么 哪 哪些 怎么 怎样 如何 一 一个 一种 个 种 之 所 者 等 等等 中 里 上 下 内 外 间 之间
其中 当 时 通过 根据 按照 采用 利用 使用 进行 具有 使 使得 用 用于 给 让 吗 呢 吧 啊 嘛 与其
另 另外 同时 本 各 每
a an the of and or in on at by to for from with without into is are was were be been being it
its this that these those as we our their they than then which who can may will has have had
do does not but if so such
"""
STOP_WORDS = frozenset(_LIST.split())
