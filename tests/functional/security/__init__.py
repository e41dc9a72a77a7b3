"""Who sees and does only what is theirs, and what an attacker tries.

Where each is shown:

- who may do what: ``test_tables``, ``test_routes_and_roles``; changed rows are noticed there
- what must not be seen: ``test_canaries``; what must not be done: ``test_forbidden``
- ids of others, and redirects to other sites from any form: ``test_every_id``
- session fixation, flags of cookies, accounts that answers would tell: ``test_answers``; by the
  time that signing in takes: ``accounts/test_getting_in``
- forged forms, redirects to other sites: ``test_forms``
- markup and formulas in every text field: ``test_canaries``, whose words are hostile
- ten thousand tries to sign in: ``test_known_browsers``, ``tests/unit/accounts/test_attempts``
- disguised files, zip bombs, XML entities: ``tests/unit/core/tables/test_unsafe_archives``,
  ``tests/unit/core/attachments``, ``posting/test_pages``, ``catalogue/test_import_files``
"""
