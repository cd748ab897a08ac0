"""What one pack takes from another: a shop has appointments, too.

A template comes with every rule that uses it, with the record types that those speak of, and with the
sections that these are shown in, unless the pack has its own of that name. It keeps its name
(`studio.appointment_moved`), wherever it is taken.
"""

from collections.abc import Callable

from messaging.packs.document import PackFile


def whole(file: PackFile, other: Callable[[str], PackFile]) -> PackFile:
    """Return the file with what it takes from the others in it. Raises ValueError for what they do not
    have.
    """
    templates, rules = list(file.templates), list(file.rules)
    record_types, sections = dict(file.record_types), dict(file.sections)
    for source, names in file.takes.items():
        theirs = other(source)
        wanted = {f"{source}.{name}" for name in names}
        taken = [each for each in theirs.templates if each.name in wanted]
        if missing := wanted - {each.name for each in taken}:
            raise ValueError(f"the pack {source} has no template {min(missing)!r}")
        templates += taken
        for rule in theirs.rules:
            if rule.template in wanted:
                rules.append(rule)
                name = getattr(rule.trigger, "record_type", None)
                if name in theirs.record_types:
                    taken_type = record_types.setdefault(name, theirs.record_types[name])
                    if taken_type.shown is not None and taken_type.shown.under in theirs.sections:
                        under = taken_type.shown.under
                        sections.setdefault(under, theirs.sections[under])
    return file.model_copy(
        update={
            "templates": tuple(templates),
            "rules": tuple(rules),
            "record_types": record_types,
            "sections": sections,
        }
    )
