namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>For tests of times that are to be exact: what is taken off by chance is nothing.</summary>
internal sealed class NoChance : Random
{
    public override double NextDouble() => 0;
}
