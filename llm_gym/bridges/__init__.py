"""The environments for trainers, harnesses and agents of language models, one module per library.

All of them are thin over one :class:`llm_gym.bridges.dialogue.Dialogue`; each module needs the library
it is named after and nothing else. `docs/bridges.md` says which versions were tested.
"""
