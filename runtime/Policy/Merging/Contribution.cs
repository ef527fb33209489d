using System.Collections.Immutable;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Merging;

/// <summary>
/// What policies and ceilings bring together. <see cref="Plus"/> is a union of sets and a minimum of numbers: the order of policies does not
/// matter, nor how often one is added.
/// </summary>
internal sealed record Contribution
{
    internal static Contribution Nothing { get; } = new();

    internal ImmutableSortedSet<string> Policies { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Null where no policy was added; Audit where each of them says so.</summary>
    internal PolicyMode? Mode { get; init; }

    internal bool AuditIsForbidden { get; init; }

    internal RuleSet<NetworkEntry, NetworkEntry> Network { get; init; } = RuleSet<NetworkEntry, NetworkEntry>.Empty;

    internal RuleSet<StorageEntry, StorageDenyEntry> Storage { get; init; } = RuleSet<StorageEntry, StorageDenyEntry>.Empty;

    internal RuleSet<KeyEntry, KeyPattern> Environment { get; init; } = RuleSet<KeyEntry, KeyPattern>.Empty;

    internal RuleSet<KeyEntry, KeyPattern> Config { get; init; } = RuleSet<KeyEntry, KeyPattern>.Empty;

    internal StatedLimits Limits { get; init; } = StatedLimits.None;

    internal StatedLimits LimitCeiling { get; init; } = StatedLimits.None;

    internal ArtifactCeiling Artifacts { get; init; } = ArtifactCeiling.None;

    internal static Contribution Of(string policy, CapabilityPolicySpec spec) => new()
    {
        Policies = Nothing.Policies.Add(policy),
        Mode = spec.Mode,
        Network = RuleSet<NetworkEntry, NetworkEntry>.Of(policy, "network", spec.Network),
        Storage = RuleSet<StorageEntry, StorageDenyEntry>.Of(policy, "storage", spec.Storage),
        Environment = RuleSet<KeyEntry, KeyPattern>.Of(policy, "environment", spec.Environment),
        Config = RuleSet<KeyEntry, KeyPattern>.Of(policy, "config", spec.Config),
        Limits = spec.Limits,
    };

    internal static Contribution Of(string ceiling, ClusterCapabilityPolicySpec spec) => new()
    {
        AuditIsForbidden = spec.ForbidAudit,
        Network = RuleSet<NetworkEntry, NetworkEntry>.OfCeiling(ceiling, "network", spec.NetworkDeny),
        Storage = RuleSet<StorageEntry, StorageDenyEntry>.OfCeiling(ceiling, "storage", spec.StorageDeny),
        Environment = RuleSet<KeyEntry, KeyPattern>.OfCeiling(ceiling, "environment", spec.EnvironmentDeny),
        Config = RuleSet<KeyEntry, KeyPattern>.OfCeiling(ceiling, "config", spec.ConfigDeny),
        LimitCeiling = spec.Limits,
        Artifacts = ArtifactCeiling.Of(ceiling, spec),
    };

    internal Contribution Plus(Contribution other) => new()
    {
        Policies = Policies.Union(other.Policies),
        Mode = Stricter(Mode, other.Mode),
        AuditIsForbidden = AuditIsForbidden || other.AuditIsForbidden,
        Network = Network.Plus(other.Network),
        Storage = Storage.Plus(other.Storage),
        Environment = Environment.Plus(other.Environment),
        Config = Config.Plus(other.Config),
        Limits = Limits.Strictest(other.Limits),
        LimitCeiling = LimitCeiling.Strictest(other.LimitCeiling),
        Artifacts = Artifacts.Plus(other.Artifacts),
    };

    /// <summary>Without the allows that <paramref name="known"/> does not have.</summary>
    internal Contribution OnlyAllowing(Contribution known) => this with
    {
        Network = Network.OnlyAllowing(known.Network),
        Storage = Storage.OnlyAllowing(known.Storage),
        Environment = Environment.OnlyAllowing(known.Environment),
        Config = Config.OnlyAllowing(known.Config),
    };

    /// <summary>What only takes away: denials, limits, demands.</summary>
    internal Contribution TakingAway() => this with
    {
        Policies = Nothing.Policies,
        Mode = null,
        AuditIsForbidden = true,
        Network = Network with { Allow = [] },
        Storage = Storage with { Allow = [] },
        Environment = Environment with { Allow = [] },
        Config = Config with { Allow = [] },
    };

    private static PolicyMode? Stricter(PolicyMode? one, PolicyMode? two) =>
        one is null || two is null ? one ?? two : one == two ? one : PolicyMode.Enforce;
}
