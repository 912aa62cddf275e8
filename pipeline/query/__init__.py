"""SQL over the tables, and ready questions: a folder of tables and a SELECT in, rows out; nothing else can be read or written."""

from pipeline.query.questions import answer_question
from pipeline.query.session import QueryError, ask, open_tables

__all__ = ["QueryError", "answer_question", "ask", "open_tables"]
