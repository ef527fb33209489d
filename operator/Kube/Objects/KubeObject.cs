using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tapedeck.Kube.Objects;

/// <summary>An object of the API: its metadata as a type, the rest as the JSON that it came as. Immutable.</summary>
/// <remarks>RATIONALE.md, "Why are objects JSON and not classes?"</remarks>
public sealed class KubeObject
{
    private KubeObject(JsonElement json, string apiVersion, string kind)
        : this(json, RecentTexts.Shared.One(apiVersion), RecentTexts.Shared.One(kind), ObjectMeta.Read(json.Field("metadata") ?? default))
    {
    }

    private KubeObject(JsonElement json, string apiVersion, string kind, ObjectMeta metadata)
    {
        Json = json;
        ApiVersion = apiVersion;
        Kind = kind;
        Metadata = metadata;
    }

    /// <summary>The whole object.</summary>
    public JsonElement Json { get; }
    public string ApiVersion { get; }
    public string Kind { get; }
    public ObjectMeta Metadata { get; }
    public ObjectKey Key => Metadata.Key;

    /// <summary>Takes a JSON object that the caller built.</summary>
    /// <exception cref="ArgumentException">It has no apiVersion, kind or name.</exception>
    public static KubeObject From(JsonObject json)
    {
        var element = JsonSerializer.SerializeToElement(json, KubeJson.Default.JsonObject);
        var result = new KubeObject(element, element.Text("apiVersion") ?? "", element.Text("kind") ?? "");
        return result.ApiVersion.Length > 0 && result.Kind.Length > 0 && result.Metadata.Name.Length > 0
            ? result
            : throw new ArgumentException("The object has no apiVersion, no kind or no metadata.name.", nameof(json));
    }

    /// <summary>Reads what a server sent.</summary>
    /// <param name="json">Copied: the document that it is a part of may go.</param>
    /// <param name="resource">What it is where it does not say so: items of a list leave that out.</param>
    /// <exception cref="JsonException">It is not an object, or has no name.</exception>
    internal static KubeObject Read(JsonElement json, Resource resource)
    {
        var result = json.ValueKind == JsonValueKind.Object
            ? new KubeObject(json.Clone(), json.Text("apiVersion") ?? resource.ApiVersion, json.Text("kind") ?? resource.Kind)
            : throw new JsonException($"One of {resource} is not a JSON object.");
        return result.Metadata.Name.Length > 0 ? result : throw new JsonException($"One of {resource} has no metadata.name.");
    }

    /// <summary>The value at a path of field names, or null where there is none.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> path)
    {
        JsonElement? value = Json;
        foreach (var name in path)
        {
            value = value.Field(name);
        }
        return value;
    }

    /// <summary>The object without <c>metadata.managedFields</c>, which is often the larger half of it and of no use in a cache.</summary>
    public KubeObject WithoutManagedFields()
    {
        if (Find("metadata", "managedFields") is null)
        {
            return this;
        }
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonReading.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var field in Json.EnumerateObject())
            {
                WriteWithoutManagedFields(writer, field);
            }
            writer.WriteEndObject();
        }
        return new KubeObject(JsonElement.Parse(bytes.WrittenSpan, JsonReading.Options), ApiVersion, Kind);
    }

    /// <summary>The object as its metadata alone, and these as a type alone, for a cache of what is only to be there: <see cref="Find"/> finds nothing in it.</summary>
    public KubeObject WithoutContent() => new(default, ApiVersion, Kind, Metadata);

    private static void WriteWithoutManagedFields(Utf8JsonWriter writer, JsonProperty field)
    {
        if (!field.NameEquals("metadata"))
        {
            field.WriteTo(writer);
            return;
        }
        writer.WriteStartObject("metadata");
        foreach (var entry in field.Value.EnumerateObject().Where(entry => !entry.NameEquals("managedFields")))
        {
            entry.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    public override string ToString() => $"{Kind} {Key}";
}
