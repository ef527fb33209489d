using Tapedeck.Kube.Objects;
using Tapedeck.Policy.Reading;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The files of config/rbac.</summary>
internal static class Rbac
{
    internal static readonly Resource ClusterRoles = new("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", Namespaced: false);
    internal static readonly Resource ClusterRoleBindings = new("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", Namespaced: false);

    internal static MappingNode[] Documents(string file)
    {
        var problems = new ProblemList(file);
        MappingNode[] documents = [.. Policy.Reading.Documents.Read(Repository.Read("config", "rbac", file), problems).Cast<MappingNode>()];
        return problems.IsEmpty ? documents : throw new InvalidOperationException(string.Join('\n', problems.All));
    }
}
