import inner
import global_filter_mine


def is_one(value):
    return inner.ONE == value and global_filter_mine.ON
