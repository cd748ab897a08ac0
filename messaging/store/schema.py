"""What tables share: the metadata, names of constraints, the column of the tenant, indexes of some of the rows."""

from sqlalchemy import Column, ForeignKey, Index, MetaData, text

from messaging.store.columns import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def of_business() -> Column[int]:
    """Return a new column that says whose row it is."""
    return Column("business_id", Id, ForeignKey("business.id"), nullable=False)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return a new index of the rows for which `where` is true, on either database."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )
