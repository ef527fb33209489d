using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>Manifests and indexes as clients push them.</summary>
internal static class Documents
{
    // No plus sign of base64 is to be escaped: what is signed has one form.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Index(params Digest[] manifests) => Utf8(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.ImageIndex,
        ["manifests"] = new JsonArray([.. manifests.Select(each => Descriptor(MediaTypes.ImageManifest, each, 1))]),
    });

    internal static byte[] Manifest(string artifactType, Digest? subject, params JsonObject[] layers)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.ImageManifest,
            ["artifactType"] = artifactType,
            ["config"] = Descriptor(MediaTypes.EmptyJson, Digest.Sha256("{}"u8), 2),
            ["layers"] = new JsonArray([.. layers]),
        };
        if (subject is not null)
        {
            manifest["subject"] = Descriptor(MediaTypes.ImageManifest, subject, 1);
        }
        return Utf8(manifest);
    }

    internal static JsonObject Layer(string mediaType, byte[] content, params (string Key, string Value)[] annotations)
    {
        var layer = Descriptor(mediaType, Digest.Sha256(content), content.Length);
        layer["annotations"] = new JsonObject(annotations.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        return layer;
    }

    internal static byte[] Utf8(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Options);

    private static JsonObject Descriptor(string mediaType, Digest digest, int size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest.ToString(), ["size"] = size };
}
