"""Offers to save what nothing else holds any more, one after the other, in a bar above the window's content."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from optexplorer.gui.desktop.words import Words
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.state.autosave import Autosave, KeptAside
from optexplorer.gui.state.document import Document
from optexplorer.gui.state.document_file import SaveRequest


class _Offer(NamedTuple):
    request: SaveRequest
    words: Words
    kept: KeptAside


class UnsavedOffers(QObject):
    """Offers what was left unsaved until it is written or given up; autosave keeps it for the next launch until then."""

    def __init__(
        self,
        document: Document,
        autosave: Autosave,
        ask_path: Callable[[str], Path | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._autosave, self._ask_path = document, autosave, ask_path
        self.bar = NoticeBar("offer", window)
        self._offers: list[_Offer] = []
        document.leftUnsaved.connect(self.offer)

    def finish(self) -> None:
        """Disconnect from the document before the window closes."""
        self._document.leftUnsaved.disconnect(self.offer)

    def offer(self, request: SaveRequest, words: Words) -> None:
        """Offer to save what was requested, after what is offered already; `words` say why."""
        same = next((offer for offer in self._offers if offer.request.experiment == request.experiment), None)
        if same is None:
            # A copy has no file yet, only a suggestion for its name.
            kept = self._autosave.keep_aside(request.experiment, None if request.copy else request.path)
            self._offers.append(_Offer(request, words, kept))
        else:
            self._offers[self._offers.index(same)] = same._replace(words=words)
        self._show()

    def _show(self) -> None:
        if not self._offers:
            self.bar.hide()
            return
        first = self._offers[0]
        self.bar.show_notice(
            first.words,
            {
                lambda: self.tr("Save as…"): partial(self._save, first),
                lambda: self.tr("Delete"): partial(self._drop, first.kept),
            },
            stays=True,
        )

    def _save(self, offer: _Offer) -> None:
        # Until it is written.
        self.bar.show()
        path = self._ask_path(str(offer.request.path))
        if path is not None:
            self._document.save_again(offer.request, path, partial(self._drop, offer.kept))

    def _drop(self, kept: KeptAside) -> None:
        if any(offer.kept is kept for offer in self._offers):
            self._offers = [offer for offer in self._offers if offer.kept is not kept]
            self._autosave.drop_aside(kept)
        self._show()
