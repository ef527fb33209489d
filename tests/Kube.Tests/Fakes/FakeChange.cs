namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>A change in the log of a <see cref="FakeApiServer"/>.</summary>
internal sealed record FakeChange(long Version, string Type, string Path, string Json);
