namespace Tapedeck.Architecture.Tests;

/// <summary>A box of the picture with its arrows.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="References">The names of the projects of ours that it may reference.</param>
/// <param name="Packages">The packages, and the shared frameworks, that it may reference.</param>
internal sealed record PlannedProject(string Path, string[] References, string[] Packages)
{
    internal string Name => System.IO.Path.GetFileName(Path);
    internal string File => $"{Path}/{Name}.csproj";
}
