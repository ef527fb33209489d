using System.Collections.Immutable;
using Tapedeck.Policy.Checks;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Matching;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy;

/// <summary>Everything that one tool may do: an immutable snapshot, made by <see cref="GrantsMerge"/> and swapped whole in a <see cref="Gate"/>.</summary>
public sealed class Grants
{
    internal Grants(Contribution sum, long generation, AddressPlan addresses, ImmutableArray<string> problems)
    {
        Sum = sum;
        Generation = generation;
        Addresses = addresses;
        Allow = new NetworkRules(sum.Network.Allow, AllowMatch.Of);
        Deny = new NetworkRules(sum.Network.Deny, DenyMatch.Of);
        Ceiling = new NetworkRules(sum.Network.Ceiling, DenyMatch.Of);
        Storage = new StorageRules(sum.Storage);
        EnvironmentKeys = new KeyRules("environment", sum.Environment);
        ConfigKeys = new KeyRules("config", sum.Config);
        Limits = CallLimits.Of(sum.Limits, sum.LimitCeiling);
        Problems = problems;
    }

    /// <summary>What a tool has that no policy selects.</summary>
    public static Grants Nothing { get; } = new(Contribution.Nothing, 0, AddressPlan.Default, []);

    public long Generation { get; }

    /// <summary>Of the text that says so, the generation included; empty where there is none.</summary>
    public string Hash { get; internal init; } = "";

    /// <summary>Audit where each policy says so and no ceiling forbids it.</summary>
    public PolicyMode Mode => Sum is { Mode: PolicyMode.Audit, AuditIsForbidden: false } ? PolicyMode.Audit : PolicyMode.Enforce;

    public CallLimits Limits { get; }

    public ArtifactCeiling Artifacts => Sum.Artifacts;

    public AddressPlan Addresses { get; }

    /// <summary>The policies that were merged.</summary>
    public IEnumerable<string> Policies => Sum.Policies;

    /// <summary>What could not be read, so that nothing new was granted. Empty where all is well.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>What policies say differently, so that neither is granted.</summary>
    public IEnumerable<string> Conflicts => Storage.Conflicts.Concat(EnvironmentKeys.Conflicts).Concat(ConfigKeys.Conflicts);

    /// <summary>The folders to mount; one with no access left is to be left out.</summary>
    public ImmutableArray<Preopen> Preopens => Storage.Preopens;

    /// <summary>The environment, in order, and nothing that is denied.</summary>
    public ImmutableArray<KeyEntry> Environment => EnvironmentKeys.Granted;

    /// <summary>The keys of <c>wasi:config</c>, in order, and nothing that is denied.</summary>
    public ImmutableArray<KeyEntry> Config => ConfigKeys.Granted;

    /// <summary>What is granted of the network, for walls outside of the process. Denials are not taken off.</summary>
    public IEnumerable<NetworkEntry> NetworkAllow => Allow.All.Select(rule => rule.Entry);

    /// <summary>All rules that count, in words: what each capability allows, and then what takes from it.</summary>
    public IEnumerable<StatedRule> Rules =>
    [
        .. Sum.Network.Stated("network"), .. Sum.Storage.Stated("storage"), .. Sum.Environment.Stated("environment"), .. Sum.Config.Stated("config"),
    ];

    /// <summary>The same without any allow: what is left to calls of an artifact that may be used no more.</summary>
    public Grants WithoutAllows() => new(Sum.OnlyAllowing(Contribution.Nothing), Generation, Addresses, Problems) { Hash = Hash };

    internal Contribution Sum { get; }

    internal NetworkRules Allow { get; }

    internal NetworkRules Deny { get; }

    internal NetworkRules Ceiling { get; }

    internal StorageRules Storage { get; }

    internal KeyRules EnvironmentKeys { get; }

    internal KeyRules ConfigKeys { get; }

    /// <summary>The answer to a request: that of the first check that has one. Pure, and free of allocation where the answer is yes.</summary>
    public Decision Decide(in HostRequest request)
    {
        foreach (var check in CheckLists.Of(request.Kind))
        {
            if (check.Run(request, this) is { } finding)
            {
                return finding.Decision(Mode, Generation);
            }
        }
        return Finding.NoRule(request).Decision(Mode, Generation);
    }
}
