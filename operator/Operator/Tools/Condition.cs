using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>A condition as the API conventions have it.
/// <see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties"/></summary>
/// <param name="Status">Null is Unknown.</param>
internal sealed record Condition(string Type, bool? Status, string Reason, string Message)
{
    private const int MostCharacters = 2_048;

    internal const string Ready = "Ready";
    internal const string ArtifactResolved = "ArtifactResolved";
    internal const string Verified = "Verified";
    internal const string PolicyAccepted = "PolicyAccepted";
    internal const string Reconciling = "Reconciling";
    internal const string Stalled = "Stalled";

    internal string StatusText => Status switch { true => "True", false => "False", null => "Unknown" };

    /// <summary>The condition of this type that an object has; null for none.</summary>
    internal static Condition? Find(KubeObject @object, string type) => Entry(@object, type) is { } entry
        ? new Condition(type, Text(entry, "status") switch { "True" => true, "False" => false, _ => null }, Text(entry, "reason"), Text(entry, "message"))
        : null;

    /// <summary>With the time of the last transition: that of before where the status is that of before.</summary>
    internal JsonObject ToJson(KubeObject before, DateTimeOffset now)
    {
        var entry = Entry(before, Type);
        var last = entry is { } old ? Text(old, "lastTransitionTime") : "";
        // A clock that was set back is no reason for the last transition to be one before it; times of this form are in the order of their texts.
        var since = last.Length > 0 && (Text(entry!.Value, "status") == StatusText || string.CompareOrdinal(KubeTime.Seconds(now), last) < 0) ? last : KubeTime.Seconds(now);
        return Json.Object(
            ("type", Type),
            ("status", StatusText),
            ("observedGeneration", before.Metadata.Generation),
            ("lastTransitionTime", since),
            ("reason", Reason),
            ("message", Message.Length <= MostCharacters ? Message : Message[..MostCharacters]));
    }

    private static JsonElement? Entry(KubeObject @object, string type) =>
        @object.Find("status").Items("conditions").Where(entry => entry.Text("type") == type).Select(entry => (JsonElement?)entry).FirstOrDefault();

    private static string Text(JsonElement entry, string name) => entry.Text(name) ?? "";
}
