namespace Rpc.GoldenVectors.Tests.Types;

// union: 0 Circle, 1 Square, 249 Tag249, 250 Tag250, 300 Tag300, 65535 TagMax
[RpcUnion(0, typeof(Circle))]
[RpcUnion(1, typeof(Square))]
[RpcUnion(249, typeof(Tag249))]
[RpcUnion(250, typeof(Tag250))]
[RpcUnion(300, typeof(Tag300))]
[RpcUnion(65535, typeof(TagMax))]
public interface IShape { }

// object 1: R f64
public class Circle : IShape { public double R { get; set; } }

// object 2: Side i32, Label string
public class Square : IShape { public int Side { get; set; } public string? Label { get; set; } }

// object 0
public class Tag249 : IShape { }

// object 0
public class Tag250 : IShape { }

// object 1: A u8
public class Tag300 : IShape { public byte A { get; set; } }

// object 1: A u8
public class TagMax : IShape { public byte A { get; set; } }

// union (abstract class): 0 Dog, 1 Cat
[RpcUnion(0, typeof(Dog))]
[RpcUnion(1, typeof(Cat))]
public abstract class Animal { public string? Name { get; set; } }

// object 2: Name string (from base), Age i32
public class Dog : Animal { public int Age { get; set; } }

// object 2: Name string (from base), Lives u8
public class Cat : Animal { public byte Lives { get; set; } }

// union (abstract record): 0 Login, 1 Chat
[RpcUnion(0, typeof(Login))]
[RpcUnion(1, typeof(Chat))]
public abstract record Msg;

// object 1: User string
public record Login(string? User) : Msg;

// object 2: Text string, Reply Msg (union)
public record Chat(string? Text, Msg? Reply) : Msg;

// union with a version tolerant case: 0 VtCase
[RpcUnion(0, typeof(VtCase))]
public interface IVtU { }

// version tolerant 1: 0 A i32
[RpcPayload(RpcPayloadLayout.VersionTolerant)] public class VtCase : IVtU { [RpcOrder(0)] public int A { get; set; } }

// object 2: S IShape (union), L List<Animal>
public class UnionHolder { public IShape? S { get; set; } public List<Animal?>? L { get; set; } }

// generic union: 0 GenA<T>, 1 GenB<T>
[RpcUnion(0, typeof(GenA<>))]
[RpcUnion(1, typeof(GenB<>))]
public interface IGen<T> { }

// object 1: V T
public class GenA<T> : IGen<T> { public T? V { get; set; } }

// object 1: L List<T>
public class GenB<T> : IGen<T> { public List<T?>? L { get; set; } }
