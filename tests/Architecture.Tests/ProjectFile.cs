using System.Xml.Linq;

namespace Tapedeck.Architecture.Tests;

/// <summary>What a csproj references.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _xml;
    private readonly string _folder;

    private ProjectFile(XDocument xml, string folder)
    {
        _xml = xml;
        _folder = folder;
    }

    /// <summary>The csproj files of ours that it references, relative to the root.</summary>
    internal IEnumerable<string> References => Included("ProjectReference").Select(Resolve);

    internal IEnumerable<string> Packages => Included("PackageReference").Concat(Included("FrameworkReference")).Concat(WebSdk);

    internal static ProjectFile Load(string file) => new(XDocument.Parse(Repository.Read(file)), Path.GetDirectoryName(file)!);

    private string[] WebSdk => _xml.Root?.Attribute("Sdk")?.Value == "Microsoft.NET.Sdk.Web" ? ["Microsoft.AspNetCore.App"] : [];

    private IEnumerable<string> Included(string item) =>
        _xml.Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();

    private string Resolve(string reference) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", _folder, reference.Replace('\\', '/')))).Replace('\\', '/');
}
