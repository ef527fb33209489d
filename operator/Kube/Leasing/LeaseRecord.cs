using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Leasing;

/// <summary>A Lease as it was read or is to be written.
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/"/></summary>
/// <param name="ResourceVersion">Empty for one that is not there yet.</param>
/// <param name="Holder">Empty for nobody.</param>
/// <param name="Seconds">How long the holder asks to be respected after its last renewal.</param>
internal sealed record LeaseRecord(string ResourceVersion, string Holder, int Seconds, DateTimeOffset? Acquired, DateTimeOffset? Renewed, long Transitions)
{
    internal static readonly LeaseRecord None = new("", "", 0, null, null, 0);

    internal static LeaseRecord Read(KubeObject lease)
    {
        var spec = lease.Find("spec") ?? default;
        return new(
            lease.Metadata.ResourceVersion,
            spec.Text("holderIdentity") ?? "",
            (int)Math.Clamp(spec.Number("leaseDurationSeconds") ?? 0, 0, 86_400),
            spec.Time("acquireTime"),
            spec.Time("renewTime"),
            spec.Number("leaseTransitions") ?? 0);
    }

    internal KubeObject ToObject(ObjectKey key)
    {
        var metadata = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace };
        if (ResourceVersion.Length > 0)
        {
            metadata["resourceVersion"] = ResourceVersion;
        }
        var spec = new JsonObject { ["holderIdentity"] = Holder, ["leaseDurationSeconds"] = Seconds, ["leaseTransitions"] = Transitions };
        if (Acquired is { } acquired)
        {
            spec["acquireTime"] = KubeTime.Micro(acquired);
        }
        if (Renewed is { } renewed)
        {
            spec["renewTime"] = KubeTime.Micro(renewed);
        }
        return KubeObject.From(new() { ["apiVersion"] = Resource.Leases.ApiVersion, ["kind"] = Resource.Leases.Kind, ["metadata"] = metadata, ["spec"] = spec });
    }
}
