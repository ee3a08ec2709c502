;; The peak rate of multiply-adds of one thread: chains in registers, without memory access.
;; Twelve chains hide the latency of a multiply and an add, and fit into sixteen registers.
(module
  ;; Each of the `turns` turns does 12 times 4 multiply-adds. The result depends on all of them, so that
  ;; none is optimized away.
  (func (export "turn") (param $turns i32) (result f32)
    (local $a v128) (local $b v128)
    (local $x0 v128) (local $x1 v128) (local $x2 v128) (local $x3 v128) (local $x4 v128) (local $x5 v128) (local $x6 v128) (local $x7 v128) (local $x8 v128) (local $x9 v128) (local $x10 v128) (local $x11 v128)
    ;; x = x * a + b stays near 1.
    (local.set $a (v128.const f32x4 0.999 0.999 0.999 0.999))
    (local.set $b (v128.const f32x4 0.001 0.001 0.001 0.001))
    (local.set $x0 (f32x4.splat (f32.const 1)))
    (local.set $x1 (f32x4.splat (f32.const 2)))
    (local.set $x2 (f32x4.splat (f32.const 3)))
    (local.set $x3 (f32x4.splat (f32.const 4)))
    (local.set $x4 (f32x4.splat (f32.const 5)))
    (local.set $x5 (f32x4.splat (f32.const 6)))
    (local.set $x6 (f32x4.splat (f32.const 7)))
    (local.set $x7 (f32x4.splat (f32.const 8)))
    (local.set $x8 (f32x4.splat (f32.const 9)))
    (local.set $x9 (f32x4.splat (f32.const 10)))
    (local.set $x10 (f32x4.splat (f32.const 11)))
    (local.set $x11 (f32x4.splat (f32.const 12)))
    (loop $again
      (local.set $x0 (f32x4.add (f32x4.mul (local.get $x0) (local.get $a)) (local.get $b)))
      (local.set $x1 (f32x4.add (f32x4.mul (local.get $x1) (local.get $a)) (local.get $b)))
      (local.set $x2 (f32x4.add (f32x4.mul (local.get $x2) (local.get $a)) (local.get $b)))
      (local.set $x3 (f32x4.add (f32x4.mul (local.get $x3) (local.get $a)) (local.get $b)))
      (local.set $x4 (f32x4.add (f32x4.mul (local.get $x4) (local.get $a)) (local.get $b)))
      (local.set $x5 (f32x4.add (f32x4.mul (local.get $x5) (local.get $a)) (local.get $b)))
      (local.set $x6 (f32x4.add (f32x4.mul (local.get $x6) (local.get $a)) (local.get $b)))
      (local.set $x7 (f32x4.add (f32x4.mul (local.get $x7) (local.get $a)) (local.get $b)))
      (local.set $x8 (f32x4.add (f32x4.mul (local.get $x8) (local.get $a)) (local.get $b)))
      (local.set $x9 (f32x4.add (f32x4.mul (local.get $x9) (local.get $a)) (local.get $b)))
      (local.set $x10 (f32x4.add (f32x4.mul (local.get $x10) (local.get $a)) (local.get $b)))
      (local.set $x11 (f32x4.add (f32x4.mul (local.get $x11) (local.get $a)) (local.get $b)))
      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
    (f32x4.extract_lane 0
      (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (f32x4.add (local.get $x0) (local.get $x1)) (local.get $x2)) (local.get $x3)) (local.get $x4)) (local.get $x5)) (local.get $x6)) (local.get $x7)) (local.get $x8)) (local.get $x9)) (local.get $x10)) (local.get $x11)))))
