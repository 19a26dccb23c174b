"""The style sheet: what applies to a part of a screen is worked out once for every part in the same place."""

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.css.model import RuleSet, SelectorType
from textual.css.styles import RulesMap, Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget


class RememberingStylesheet(Stylesheet):
    """Textual's, which tries its rules anew on each widget below one whose class, focus or screen has changed.

    Which rules apply follows from a node's place: the types, names, classes and states of the nodes from the
    application down to it. Not remembered is what follows from its neighbours or from where the focus is below it.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._known: dict[Hashable, tuple[RulesMap, bool]] = {}
        """For each place what applies there, and whether the mouse over it changes that."""
        self._known_for: object = None
        """The map of the rules from which that follows: a new theme, screen or kind of widget brings another."""
        self._known_rules: list[RuleSet] = []
        self._shared: dict[Hashable, Hashable] = {}
        """Parts that places have in common, by themselves: each of them is held once."""
        self._types: set[str] = set()
        """The types of all nodes in the places."""
        self._given: WeakKeyDictionary[DOMNode, tuple[RulesMap, bool]] = WeakKeyDictionary()
        """For each node what it has, as have its components: a screen that comes to the front asks for it once more."""
        self._unremembered = 0
        """The number of nodes styled without a remembered answer."""
        self._place: tuple[Hashable, ...] = ()
        """Where the node is that is looked at just now."""
        self._parent: tuple[DOMNode | None, Hashable] = (None, None)
        """The widget that was last looked at and its place: what follows are the components of which it consists."""

    def apply(self, node: DOMNode, *, animate: bool = False, cache: dict[Any, RulesMap] | None = None) -> None:
        if self._known_for is not self.rules_map:
            if self._only_grew():
                self._known = self.grown()
            else:
                self._known, self._shared, self._types = self.begin(), {}, set()
            self._known_for, self._known_rules = self.rules_map, self.rules
        place = self._place = self._place_of(node)
        known, unremembered = self._known.get(place), self._unremembered
        if known is None:
            super().apply(node, animate=animate)
        elif known is self._given.get(node):
            # What is inherited may have changed all the same.
            node.notify_style_update()
            return
        else:
            rules, node._has_hover_style = known
            node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
            self._put(node, rules, animate)
            self._process_component_classes(node)
        if type(node) is DOMNode:
            return
        if self._unremembered == unremembered:
            self._given[node] = self._known[place]
        else:
            self._given.pop(node, None)

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]  # Textual's is of the class
        """Called by Textual's `apply`, which asks for this method of the style sheet itself, with what it found."""
        rules = settled(rules)
        if not (node._has_focus_within or node._has_order_style or node._has_odd_or_even):
            place = tuple(self._shared.setdefault(part, part) for part in self._place)
            self._known[place] = rules, node._has_hover_style
            if self._parent[0] is node:
                self._parent = (node, place)
            self._types.update(*(step._css_type_names for step in node.css_path_nodes))
        else:
            self._unremembered += 1
        self._put(node, rules, animate)

    def _put(self, node: DOMNode, rules: RulesMap, animate: bool) -> None:
        """Give a node its rules: only those that differ from what it has, unless something moves from old to new."""
        if animate and rules.get("transitions"):
            super().replace_rules(node, rules, animate=True)
            return
        styles = node.styles.base
        before = styles.get_rules()
        if type(node) is DOMNode and not before:
            # The component of a widget, which draws it and is on no screen itself: there is nothing to tell of it.
            styles.merge_rules(rules)
        else:
            for name in before.keys() | rules.keys():
                if before.get(name) != (value := rules.get(name)):
                    setattr(styles, name, value)
        node.notify_style_update()

    def set_variables(self, variables: dict[str, str]) -> None:
        # What is parsed is parsed for these.
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is not parsed yet, where Textual parses all once more: at the start, and where a screen brings a
        sheet of its own."""
        self.parse()

    def begin(self) -> dict[Hashable, tuple[RulesMap, bool]]:
        """The memory for new rules, which is empty."""
        return {}

    def grown(self) -> dict[Hashable, tuple[RulesMap, bool]]:
        """The memory for rules that only grew by such as no place in it is touched by: the same."""
        return self._known

    def _only_grew(self) -> bool:
        """True when all that is new are rules below types of which no place has a node: the first widget of a kind
        brings its own."""
        known = len(self._known_rules)
        tops = (part.selectors[0] for rule in self.rules[known:] for part in rule.selector_set)
        return self.rules[:known] == self._known_rules and all(
            top.type is SelectorType.TYPE and top.name not in self._types for top in tops
        )

    def _place_of(self, node: DOMNode) -> tuple[Hashable, ...]:
        parent, place = self._parent
        if type(node) is DOMNode and node._parent is parent:
            return place, node.classes
        steps: list[Hashable] = []
        step: object = node
        rules_map = self.rules_map
        while isinstance(step, DOMNode):
            named = step._id if f"#{step._id}" in rules_map else None
            steps.append((type(step), named, step.classes, *state_of(step)))
            step = step._parent
        place = tuple(steps)
        self._parent = (node, place)
        return place


def settled(rules: RulesMap) -> RulesMap:
    """Rules as they are once a node has them: what a sheet says in words is an object there."""
    styles = Styles()
    for name, value in rules.items():
        setattr(styles, name, value)
    return styles.get_rules()


def state_of(node: DOMNode) -> tuple[Hashable, ...]:
    """The states that pseudo-classes of a node ask for, apart from its neighbours and from what is below it."""
    if isinstance(node, Widget):
        return node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
    if isinstance(node, App):
        return node.app_focus, node.current_theme.dark, node.is_inline, node.native_ansi_color, node.no_color
    return ()
