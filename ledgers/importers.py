"""What every declared register gets: an importer, and room for evidence."""

from django.utils.module_loading import autodiscover_modules

from goals.importing.registry import register
from ledgers.importer import LedgerRows
from ledgers.proving import keep_evidence
from ledgers.registry import all_ledgers

autodiscover_modules("ledgers")
for ledger in all_ledgers():
    register(LedgerRows(ledger))
    keep_evidence(ledger.model)
