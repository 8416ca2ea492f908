"""Everything that can be set in a training run: typed, documented, from files and flags.

A preset is a TOML file of the fields of `TrainConfig`; nested tables are nested dataclasses. Its values become
command-line flags placed before the user's own, so that both are checked by the same rules, the
user's win, and an unknown key or a wrong type in a file is told like a mistyped flag. This room
imports neither torch nor transformers: `--help` must be quick.
"""

from archer_agent.settings.changes import (
    allowed_changes,
    deciding,
    flag_of,
    unheeded,
    used_tables,
)
from archer_agent.settings.files import (
    CONFIG_FILE,
    TrainArguments,
    configure,
    flags,
    given_flags,
    parse_train_arguments,
    parsed,
    preset_names,
    read_config,
    read_preset,
    to_dict,
    to_toml,
    with_run_folder,
)
from archer_agent.settings.gone import without_gone
from archer_agent.settings.imitation import BCConfig, FilteredBCConfig, ImitationConfig
from archer_agent.settings.policy_gradients import GRPOConfig, PPOConfig, TurnPPOConfig, ValueConfig
from archer_agent.settings.redaction import check_secrets, redacted, redacted_text, secrets_of
from archer_agent.settings.run import READS_BESIDE, Algo, TrainConfig, json_object
from archer_agent.settings.shared import (
    AUTO_PRIVILEGED,
    ActorConfig,
    DistributedConfig,
    EvaluationConfig,
    LoopConfig,
    ModelConfig,
    PromptStyle,
    UtteranceCriticConfig,
    WarmStartConfig,
)
from archer_agent.settings.temporal_differences import (
    ArcherConfig,
    ChaiConfig,
    OfflineArcherConfig,
    TDConfig,
)
from archer_agent.settings.trust import (
    OURS,
    check_trust,
    check_trust_of_beginning,
    is_at_hand,
    models_of,
    played_with,
    recorded,
)

__all__ = [
    "AUTO_PRIVILEGED",
    "CONFIG_FILE",
    "OURS",
    "READS_BESIDE",
    "ActorConfig",
    "Algo",
    "ArcherConfig",
    "BCConfig",
    "ChaiConfig",
    "DistributedConfig",
    "EvaluationConfig",
    "FilteredBCConfig",
    "GRPOConfig",
    "ImitationConfig",
    "LoopConfig",
    "ModelConfig",
    "OfflineArcherConfig",
    "PPOConfig",
    "PromptStyle",
    "TDConfig",
    "TrainArguments",
    "TrainConfig",
    "TurnPPOConfig",
    "UtteranceCriticConfig",
    "ValueConfig",
    "WarmStartConfig",
    "allowed_changes",
    "check_secrets",
    "check_trust",
    "check_trust_of_beginning",
    "configure",
    "deciding",
    "flag_of",
    "flags",
    "given_flags",
    "is_at_hand",
    "json_object",
    "models_of",
    "parse_train_arguments",
    "parsed",
    "played_with",
    "preset_names",
    "read_config",
    "read_preset",
    "recorded",
    "redacted",
    "redacted_text",
    "secrets_of",
    "to_dict",
    "to_toml",
    "unheeded",
    "used_tables",
    "with_run_folder",
    "without_gone",
]
