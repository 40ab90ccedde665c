"""The command line: ``mrv list``, ``check``, ``cases``, ``run``, ``explain``, ``sql``.

Each command is a module ``cmd_<name>`` with ``command(lang)``; nothing of it is imported before
it is called.
"""
