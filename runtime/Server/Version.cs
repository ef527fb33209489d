using System.Reflection;

namespace Tapedeck.Server;

/// <summary>The version of this program.</summary>
internal static class Version
{
    internal static string Text { get; } =
        typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
