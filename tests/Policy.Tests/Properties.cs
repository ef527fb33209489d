using FsCheck;

namespace Tapedeck.Policy.Tests;

/// <summary>How properties are tried.</summary>
internal static class Properties
{
    /// <summary>Fails the test with the smallest example that is found.</summary>
    internal static void Hold(this Property property, int times)
    {
        var configuration = Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = times;
        property.Check(configuration);
    }
}
