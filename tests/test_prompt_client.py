"""A client begins as soon as its kernel answers on both channels, and not before."""

import asyncio
from collections import deque
from queue import Empty

import pytest

from gsyf_lib.warmkernels.client import PromptClient

ANSWER = {"msg_type": "kernel_info_reply", "content": {"protocol_version": "5.3"}}
OTHER = {"msg_type": "execute_reply", "content": {}}


class Told(PromptClient):
    """A client of a kernel that says what the test has written down; None is silence."""

    def __init__(self, answers, news, lives=True):
        super().__init__()
        self.answers, self.news, self.lives, self.asked = deque(answers), deque(news), lives, 0

    def kernel_info(self):
        self.asked += 1

    async def get_shell_msg(self, timeout):
        return self._next(self.answers)

    async def get_iopub_msg(self, timeout):
        return self._next(self.news)

    async def is_alive(self):
        return self.lives

    def _next(self, messages):
        message = messages.popleft() if messages else None
        if message is None:
            raise Empty
        return message


def asked(client: Told, timeout: float | None = None) -> int:
    """Return how often the client had to ask until its kernel was ready."""
    asyncio.run(client.wait_for_ready(timeout))
    return client.asked


def test_one_answer_heard_on_both_channels_is_enough():
    assert asked(Told([ANSWER], [{}])) == 1


def test_a_late_answer_counts():
    assert asked(Told([None, ANSWER], [{}])) == 2


def test_a_kernel_whose_outputs_are_not_heard_is_not_ready():
    assert asked(Told([ANSWER, ANSWER], [None, {}])) == 2


def test_an_answer_to_another_question_does_not_count():
    assert asked(Told([OTHER, ANSWER], [{}, {}])) == 2


def test_a_kernel_that_dies_before_it_answers_is_told_at_once():
    with pytest.raises(RuntimeError, match="died"):
        asked(Told([], [], lives=False))


def test_a_kernel_that_never_answers_is_given_up():
    with pytest.raises(RuntimeError, match="did not answer within 0"):
        asked(Told([], []), timeout=0.01)
