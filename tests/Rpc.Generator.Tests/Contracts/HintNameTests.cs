using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Contracts;

/// <summary>Contracts whose names resemble each other.</summary>
public sealed class HintNameTests
{
    [Fact]
    public void Contracts_of_one_name_in_different_places_do_not_meet()
    {
        var generated = Generated.Cleanly(Target.Net10, """
            using Rpc;

            [RpcService] public interface IGame { void A(); }
            namespace N { [RpcService] public interface IGame { void A(); } }
            namespace M { [RpcService] public interface IGame { void A(); } }
            namespace N { public class Outer { [RpcService] public interface IGame { void A(); } } }
            namespace N { public class Outer_IGame { } [RpcService] public interface A_B_C { void A(); } }
            namespace N { public class A { public class B_C { } public class B { [RpcService] public interface C { void A(); } } } }
            namespace N { public class A_B { [RpcService] public interface C { void A(); } } }
            namespace N.Outer2 { [RpcService] public interface IGame { void A(); } }
            """);

        Assert.Equal(9, generated.Files.Count);
    }

    [Fact]
    public void Names_that_differ_in_case_only_get_files_that_differ_otherwise()
    {
        var generated = Generated.Cleanly(Target.Net10, """
            using Rpc;

            namespace N { [RpcService] public interface IGame { void A(); } }
            namespace N { [RpcService] public interface IgAME { void A(); } }
            namespace n { [RpcService] public interface IGame { void A(); } }
            """);

        Assert.Equal(4, generated.Files.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Names_that_are_keywords_or_not_ascii_compile() => Generated.Cleanly(Target.NetStandard, """
        using Rpc;

        namespace @namespace.@class
        {
            public class @struct
            {
                [RpcService]
                public interface @interface
                {
                    void @void(int @int, string @params, bool async, int await, int @value, int größe);
                }
            }
        }
        """);
}
