"""What every table shares: the metadata, names of constraints, and the column of the tenant."""

from sqlalchemy import Column, ForeignKey, MetaData

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
