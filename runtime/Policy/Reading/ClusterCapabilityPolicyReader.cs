using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the spec of a ClusterCapabilityPolicy.</summary>
public static class ClusterCapabilityPolicyReader
{
    private const int MostSigners = 64;

    /// <summary>The spec, or null where something was added to <paramref name="problems"/>.</summary>
    /// <param name="field">Where the node is, such as <c>spec</c>.</param>
    public static ClusterCapabilityPolicySpec? Read(Node node, string field, ProblemList problems)
    {
        var before = problems.Count;
        var fields = new FieldReader(node, field, problems);
        fields.Refuse("mode", "a ceiling has no mode; forbidAudit: true forbids audit mode");
        var spec = new ClusterCapabilityPolicySpec
        {
            NamespaceSelector = Selector(fields, "namespaceSelector"),
            ToolSelector = Selector(fields, "toolSelector"),
            NetworkDeny = Denials(fields, "network", NetworkEntryReader.ReadDeny),
            StorageDeny = Denials(fields, "storage", StorageDenyReader.Read),
            EnvironmentDeny = Denials(fields, "environment", KeyEntryReader.ReadVariablePattern),
            ConfigDeny = Denials(fields, "config", KeyEntryReader.ReadKeyPattern),
            Limits = LimitsReader.Read(fields.TakeMapping("limits")),
            ForbidAudit = fields.TakeTruth("forbidAudit") ?? false,
            // An empty list is an answer here: no registry at all.
            Registries = fields.Take("registries") is null ? null : fields.TakeList<RepositoryPrefix>("registries", RepositoryPrefix.TryParse),
            RequireSignatures = fields.TakeTruth("requireSignatures") ?? false,
            // An empty list is one here too: nobody.
            Signers = fields.Take("signers") is null ? null : ListsReader.ReadList(fields, "signers", ArtifactReader.ReadSigner, MostSigners),
        };
        fields.Done();
        return problems.Count > before ? null : spec;
    }

    private static LabelSelector? Selector(FieldReader fields, string name) =>
        fields.Take(name) is { } node ? LabelSelectorReader.Read(node, fields.PathOf(name), fields.Problems) : null;

    private static ImmutableArray<TDeny> Denials<TDeny>(FieldReader fields, string name, Func<FieldReader, TDeny?> read)
        where TDeny : class
    {
        if (fields.TakeMapping(name) is not { } lists)
        {
            return [];
        }
        lists.Refuse("allow", "a ceiling never grants: only deny is known here");
        var denials = ListsReader.ReadList(lists, "deny", read);
        lists.Done();
        return denials;
    }
}
