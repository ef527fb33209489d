using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;

namespace Tapedeck.Operator.Tools;

/// <summary>The parts of the status that runtimes know. Until one says something they stay as they are: an operator that started anew forgets nothing.</summary>
internal static class Reported
{
    private const int MostNames = 128;
    private const int MostTexts = 256;

    internal static JsonObject Artifact(Artifact artifact, Observed observed)
    {
        var json = artifact.ToJson();
        if (artifact.TrustedRootObtainedAt is { } at)
        {
            json["trustedRootObtainedAt"] = KubeTime.Seconds(at);
        }
        if (artifact.TrustedRootHash is { } hash)
        {
            json["trustedRootHash"] = hash;
        }
        if (observed.Report is { } report && report.Digest == artifact.Digest)
        {
            json["size"] = report.Size;
            Put(json, "imports", report.Imports);
            Put(json, "requestedCapabilities", report.Requested);
        }
        else if (observed.Recorded?.Digest == artifact.Digest)
        {
            foreach (var name in new[] { "size", "imports", "requestedCapabilities" })
            {
                if (observed.Object.Find("status", "artifact", name) is { } value)
                {
                    json[name] = JsonNode.Parse(value.GetRawText());
                }
            }
        }
        return json;
    }

    internal static JsonNode? Tools(Observed observed) => observed.Report is not { } report ? Before(observed, "tools") : Json.Object(
        ("count", report.Names.Length),
        ("names", Json.Texts(report.Names.Take(MostNames)).OrNull()),
        ("truncated", report.Names.Length > MostNames),
        ("hash", report.ToolsHash));

    internal static JsonNode? Missing(Observed observed) =>
        observed.Report is not { } report ? Before(observed, "missingCapabilities") : Json.Texts(report.Missing.Take(MostTexts)).OrNull();

    private static void Put(JsonObject json, string name, ImmutableArray<string> texts)
    {
        if (!texts.IsEmpty)
        {
            json[name] = Json.Texts(texts.Take(MostTexts));
        }
    }

    internal static JsonNode? Before(Observed observed, string field) =>
        observed.Object.Find("status", field) is { } value ? JsonNode.Parse(value.GetRawText()) : null;
}
