using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tapedeck.Images;

/// <summary>
/// The bill of materials of the folders of an image, in SPDX 2.3: Debian's packages as dpkg describes them, .NET's frameworks by their folders, NuGet's
/// packages by the .deps.json of the programs. It has no time of making and no random name, so that same folders make same bytes.
/// </summary>
internal static class Sbom
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A thing with a version that came from elsewhere.</summary>
    /// <param name="Locator">https://github.com/package-url/purl-spec</param>
    private sealed record Package(string Name, string Version, string Supplier, string Locator);

    internal static string Of(string image, IEnumerable<string> folders)
    {
        Package[] packages = [.. folders.SelectMany(Packages).Distinct().OrderBy(package => package.Locator, StringComparer.Ordinal)];
        var all = new JsonArray(Node("SPDXRef-image", new Package(image, "", "Organization: Tapedeck", "")));
        var relations = new JsonArray(Relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image"));
        for (var i = 0; i < packages.Length; i++)
        {
            all.Add((JsonNode)Node($"SPDXRef-{i + 1}", packages[i]));
            relations.Add((JsonNode)Relation("SPDXRef-image", "CONTAINS", $"SPDXRef-{i + 1}"));
        }
        var hash = Blob.DigestOf(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', packages.Select(package => package.Locator))));
        return new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = image,
            ["documentNamespace"] = $"https://tapedeck.dev/sbom/{Uri.EscapeDataString(image)}/{hash[7..]}",
            ["creationInfo"] = new JsonObject { ["created"] = "1970-01-01T00:00:00Z", ["creators"] = new JsonArray("Tool: tapedeck-images") },
            ["packages"] = all,
            ["relationships"] = relations,
        }.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Node(string id, Package package)
    {
        var node = new JsonObject
        {
            ["SPDXID"] = id,
            ["name"] = package.Name,
            ["supplier"] = package.Supplier,
            ["downloadLocation"] = "NOASSERTION",
            ["filesAnalyzed"] = false,
        };
        if (package.Version.Length > 0)
        {
            node["versionInfo"] = package.Version;
            node["externalRefs"] = new JsonArray(new JsonObject
            {
                ["referenceCategory"] = "PACKAGE-MANAGER",
                ["referenceType"] = "purl",
                ["referenceLocator"] = package.Locator,
            });
        }
        return node;
    }

    private static JsonObject Relation(string of, string type, string to) =>
        new() { ["spdxElementId"] = of, ["relationshipType"] = type, ["relatedSpdxElement"] = to };

    private static IEnumerable<Package> Packages(string folder) => OfDebian(folder).Concat(OfDotnet(folder)).Concat(OfNuGet(folder));

    private static IEnumerable<Package> OfDebian(string folder)
    {
        foreach (var file in Files(Path.Combine(folder, "var/lib/dpkg/status.d"), "*"))
        {
            var fields = File.ReadLines(file).Select(line => line.Split(": ", 2)).Where(field => field.Length == 2 && !field[0].StartsWith(' '))
                .ToDictionary(field => field[0], field => field[1]);
            yield return new Package(fields["Package"], fields["Version"], "Organization: Debian",
                $"pkg:deb/debian/{fields["Package"]}@{Uri.EscapeDataString(fields["Version"])}?arch={fields["Architecture"]}");
        }
    }

    private static IEnumerable<Package> OfDotnet(string folder)
    {
        var shared = new DirectoryInfo(Path.Combine(folder, "usr/share/dotnet/shared"));
        return shared.Exists
            ? shared.EnumerateDirectories().SelectMany(framework => framework.EnumerateDirectories(), (framework, version) =>
                new Package(framework.Name, version.Name, "Organization: Microsoft", $"pkg:nuget/{framework.Name}@{version.Name}"))
            : [];
    }

    private static IEnumerable<Package> OfNuGet(string folder)
    {
        foreach (var file in Files(Path.Combine(folder, "app"), "*.deps.json"))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var library in json.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").ValueEquals("package")))
            {
                var (name, version) = library.Name.Split('/') is [var first, var second] ? (first, second) : (library.Name, "");
                yield return new Package(name, version, "NOASSERTION", $"pkg:nuget/{name}@{version}");
            }
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : [];
}
