using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>
/// What an apply supposes to be there. The API has no parameters for that: it compares the UID and the resource version where the applied object has them.
/// <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/"/>
/// </summary>
internal static class Preconditions
{
    /// <summary>Of no object: the first write to an empty store has the second one. An object that is not there yet is created whatever its version is said to be.</summary>
    private const string VersionOfNone = "1";

    internal static ReadOnlyMemory<byte> With(KubeObject desired, ApplyOptions options)
    {
        if (!options.OnlyNew && options.Uid.Length == 0)
        {
            return ApiRequest.Bytes(desired.Json);
        }
        var json = JsonNode.Parse(desired.Json.GetRawText())!;
        var metadata = json["metadata"]!.AsObject();
        if (options.OnlyNew)
        {
            metadata["resourceVersion"] = VersionOfNone;
        }
        else
        {
            metadata["uid"] = options.Uid;
        }
        return ApiRequest.Bytes(json);
    }

    /// <summary>Whether the server says that the object has another UID: to it that is a field that cannot be changed.</summary>
    internal static bool IsOfAnother(InvalidException error) => error.Causes.Any(cause => cause.Field == "metadata.uid");

    /// <summary>Whether a version is nothing that this kind of object may be created with: Services before Kubernetes 1.23, which the API server stored in a way of their own.</summary>
    internal static bool IsNotUnderstood(UnavailableException error) => error.Status is { Code: 500 } status && status.Message.Contains("resourceVersion should not be set", StringComparison.Ordinal);
}
