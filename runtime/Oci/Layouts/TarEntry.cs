namespace Tapedeck.Oci.Layouts;

/// <summary>What a tar archive says of one thing in it.</summary>
/// <param name="IsFile">False for folders, links, devices and the like.</param>
internal sealed record TarEntry(string Name, long Size, bool IsFile);
