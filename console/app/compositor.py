"""The compositor of a screen: a painting asks only the widgets of which a part is painted."""

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class PartCompositor(Compositor):
    """Textual's, which for one changed cell asks every widget of the screen for all its lines."""

    _painted: Iterable[Region] = ()
    """The regions that are painted just now; none where it is the whole screen."""

    def render_partial_update(self) -> ChopsUpdate | None:
        self._painted = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._painted = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not self._painted:
            yield from super()._get_renders(crop)
            return
        painted = self._painted
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            parts = [part for each in painted if (part := seen.intersection(each))]
            if parts:
                top, bottom = min(part.y for part in parts), max(part.bottom for part in parts)
                rows = Region(seen.x, top, seen.width, bottom - top)
                yield region, rows, widget.render_lines(rows.translate(-region.offset))
                # The first widget is in front; those behind it show nothing of what it covers.
                painted = [each for each in painted if not seen.contains_region(each)]
