"""The errors that a user can do something about; any other exception is a defect of ours.

Doubtful *content* of a submission is never an error: it is a finding (see ``frames.FINDINGS``).
"""

import errno

# The operating system gives its reasons in English; officials read Chinese.
REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EEXIST: "已有同名文件",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ELOOP: "符号链接循环",
    errno.ENAMETOOLONG: "路径或文件名过长",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "超过允许的文件大小",
    errno.EROFS: "磁盘只读",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被其他程序占用",
    errno.ETXTBSY: "正被其他程序占用",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
    errno.EAGAIN: "系统资源不足",
    errno.EPIPE: "对方已关闭",
    errno.EBADF: "已关闭",
    errno.EINVAL: "系统不接受",
}


class GsyfError(Exception):
    """可由使用者处理的各种错误的总称；提示是中文，并说明下一步怎么办。"""

    # 2 and 75 (EX_TEMPFAIL, try again later) are the usual codes; 3 and 4 are ours.
    exit_code = 2

    def _render_traceback_(self) -> list[str]:
        """Show only the message in a notebook; IPython calls this in place of its traceback."""
        return [str(self)]


class UsageError(GsyfError):
    """名称、年度或选项不存在；提示列出可用的。"""


class PlanError(GsyfError):
    """The plan folder is broken: an annex, a code table or ``plan.toml`` cannot be trusted."""


class MachineError(GsyfError):
    """A process was killed from outside or could not start; another attempt may well succeed.

    Says nothing about the data, so no result is kept.
    """


class NoPlanError(PlanError):
    """There is no plan where it was looked for."""


class BuildError(GsyfError):
    """A notebook failed, so that its report was not made."""

    exit_code = 3


class OutputError(GsyfError):
    """An output could not be written."""

    exit_code = 4


class BusyError(GsyfError):
    """Another run holds the output folder."""

    exit_code = 75


def reason(error: OSError) -> str:
    """Return why a file could not be read or written, in Chinese where it is one of the usual ways.

    Examples
    --------
    >>> reason(OSError(errno.ENOSPC, "No space left on device"))
    '磁盘已满'
    """
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
